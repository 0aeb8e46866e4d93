// Owns what a device that serves both phases has to do at one moment.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>The state on which the resource rule decides; the queue is handed over beside it.</summary>
public readonly record struct PhaseLoad
{
    /// <summary>The prefill batch in progress; no rows if there is none.</summary>
    public StepShape Prefill { get; init; }

    /// <summary>Share of its layers still to compute, from 0 to 1.</summary>
    public double PrefillLeft { get; init; }

    /// <summary>The next decode step; no rows if there is none.</summary>
    public StepShape Decode { get; init; }

    /// <summary>90th percentile of the ms per output token of the sequences that decode.</summary>
    public double TpotP90Ms { get; init; }

    /// <summary>Ms since decode was last given units.</summary>
    public double DecodePausedMs { get; init; }
}
