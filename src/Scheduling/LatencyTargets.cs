// Owns the latencies that requests are promised, as policies see them.
namespace Tern.Scheduling;

/// <summary>Service level objectives in ms; infinite where nothing is promised.</summary>
/// <param name="TtftMs">Time to the first token.</param>
/// <param name="TpotMs">Mean time between the tokens after it.</param>
public sealed record LatencyTargets(double TtftMs = double.PositiveInfinity, double TpotMs = double.PositiveInfinity)
{
    /// <summary>Nothing is promised.</summary>
    public static LatencyTargets None { get; } = new();
}
