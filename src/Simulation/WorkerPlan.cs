// Owns the description of one simulated worker.
using Tern.Scheduling;
using Tern.Scheduling.Latency;

namespace Tern.Simulation;

/// <summary>A worker: devices that together serve one copy of a model, their KV memory and their speed.</summary>
public sealed record WorkerPlan
{
    /// <summary>Name in reports.</summary>
    public string Name { get; init; } = "";

    /// <summary>Sizes, limits and role of its scheduler.</summary>
    public required SchedulerOptions Options { get; init; }

    /// <summary>
    /// How long steps take. An <see cref="IStagedLatencyModel"/> makes a pipeline: a step follows the one before it through the stages, and
    /// <see cref="SchedulerOptions.PipelineDepth"/> should be their number.
    /// </summary>
    public required ILatencyModel Latency { get; init; }

    /// <summary>Devices it is made of, for figures per device.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>Bytes of keys and values of a token over all layers; what swapping and migration move.</summary>
    public double KvBytesPerToken { get; init; }

    /// <summary>The way to a slower tier that keeps prefixes; null if there is none. All workers with one share what it holds.</summary>
    public LinkPlan? TierLink { get; init; }

    /// <summary>The link to host memory, for swapping; it carries both directions at once.</summary>
    public LinkPlan HostLink { get; init; } = LinkPlan.Instant;
}
