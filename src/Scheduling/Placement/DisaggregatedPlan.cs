// Owns how many prefill and decode instances a rate needs, how each is cut, and why.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>The outcome of DistServe's search for one rate.</summary>
public sealed record DisaggregatedPlan
{
    /// <summary>Requests per second the plan is for.</summary>
    public required double Rate { get; init; }

    /// <summary>How each prefill instance is cut, over all segments.</summary>
    public required Parallelism Prefill { get; init; }

    /// <summary>Prefill instances.</summary>
    public required int PrefillInstances { get; init; }

    /// <summary>How each decode instance is cut, over all segments.</summary>
    public required Parallelism Decode { get; init; }

    /// <summary>Decode instances.</summary>
    public required int DecodeInstances { get; init; }

    /// <summary>Segments of layers whose prefill and decode devices share a node; 1 if they need not.</summary>
    public required int CrossPipeline { get; init; }

    /// <summary>Why these instances, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>What the next best would cost, in words; null if nothing else serves in time.</summary>
    public required string? PriceOfSecond { get; init; }

    /// <summary>Devices of all instances.</summary>
    public int Gpus => PrefillInstances * Prefill.Devices + DecodeInstances * Decode.Devices;
}
