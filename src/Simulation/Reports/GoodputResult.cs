// Owns what a goodput search found.
namespace Tern.Simulation.Reports;

/// <summary>The outcome of a goodput search.</summary>
public sealed record GoodputResult
{
    /// <summary>The highest rate tried that reached the target, in requests a second; 0 if none did.</summary>
    public required double Rate { get; init; }

    /// <summary>Whether every rate tried reached the target: the goodput may lie beyond the search's upper end.</summary>
    public required bool IsLowerBound { get; init; }

    /// <summary>Every rate tried with its attainment, by rate.</summary>
    public required IReadOnlyList<(double Rate, double Attainment)> Curve { get; init; }
}
