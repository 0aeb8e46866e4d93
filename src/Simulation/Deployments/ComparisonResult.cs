// Owns what a comparison of systems found.
using Tern.Simulation.Reports;

namespace Tern.Simulation.Deployments;

/// <summary>The figures of all systems.</summary>
public sealed record ComparisonResult
{
    /// <summary>One report for each system and rate: by rate, then in the order of the systems.</summary>
    public required IReadOnlyList<SystemReport> Runs { get; init; }

    /// <summary>
    /// One report for each system, with its curve over all rates tried; distributions and gauges are those at <see cref="ShownRate"/>.
    /// </summary>
    public required IReadOnlyList<SystemReport> Systems { get; init; }

    /// <summary>
    /// The highest of the rates at which some system reaches the target, else the lowest; null if the workload ran as it is.
    /// </summary>
    public required double? ShownRate { get; init; }

    /// <summary>What makes figures less than they seem; usually nothing.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
