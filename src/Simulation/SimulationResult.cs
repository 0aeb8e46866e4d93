// Owns what a simulation tells.
using Tern.Scheduling;

namespace Tern.Simulation;

/// <summary>The outcome of a simulated run.</summary>
public sealed record SimulationResult
{
    /// <summary>One timeline for each request that was served, in the order of arrival, if they were to be kept.</summary>
    public required IReadOnlyList<RequestTimeline> Timelines { get; init; }

    /// <summary>Requests that can never be served with these sizes, or that routing turned away: row and reason.</summary>
    public required IReadOnlyList<(int Row, string Reason)> Refused { get; init; }

    /// <summary>Every step, if recording was asked for.</summary>
    public required IReadOnlyList<BatchRecord> Batches { get; init; }

    /// <summary>Requests served.</summary>
    public required long Served { get; init; }

    /// <summary>When the last step ended, in ms.</summary>
    public required double DurationMs { get; init; }

    /// <summary>Sequences handed over from one worker to another.</summary>
    public required long Migrations { get; init; }

    /// <summary>Events processed.</summary>
    public required long Events { get; init; }

    /// <summary>The workers, in the order of the plan.</summary>
    public required IReadOnlyList<WorkerReport> Workers { get; init; }

    /// <summary>Ms in which workers computed, summed.</summary>
    public double BusyMs => Workers.Sum(worker => worker.BusyMs);

    /// <summary>Mean share of the duration in which devices computed, from 0 to 1; workers that share devices count as one.</summary>
    public double Utilization =>
        DurationMs > 0
            ? Workers.Sum(worker => worker.BusyMs * worker.Devices)
                / DurationMs
                / Workers.Sum(worker => worker.DeviceShare * worker.Devices)
            : 0;

    /// <summary>Sequences preempted.</summary>
    public long Preemptions => Workers.Sum(worker => worker.Stats.Preemptions);

    /// <summary>The largest share of a worker's blocks that was held at once.</summary>
    public double KvHighWater => Workers.Max(worker => (double)worker.MaxHeldBlocks / worker.Stats.TotalBlocks);
}
