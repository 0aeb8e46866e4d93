// Owns what a simulation tells.
using Tern.Scheduling;

namespace Tern.Simulation;

/// <summary>The outcome of a simulated run.</summary>
public sealed record SimulationResult
{
    /// <summary>One timeline for each request that was served, in the order of arrival.</summary>
    public required IReadOnlyList<RequestTimeline> Timelines { get; init; }

    /// <summary>Requests that can never be served with these sizes: row and reason.</summary>
    public required IReadOnlyList<(int Row, string Reason)> Refused { get; init; }

    /// <summary>Every step, if recording was asked for.</summary>
    public required IReadOnlyList<BatchRecord> Batches { get; init; }

    /// <summary>When the last step ended, in ms.</summary>
    public required double DurationMs { get; init; }

    /// <summary>Ms in which the worker computed.</summary>
    public required double BusyMs { get; init; }

    /// <summary>Most blocks held at once.</summary>
    public required int MaxHeldBlocks { get; init; }

    /// <summary>The scheduler's counters at the end.</summary>
    public required SchedulerStats Stats { get; init; }
}
