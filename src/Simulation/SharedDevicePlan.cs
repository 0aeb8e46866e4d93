// Owns the description of a simulated device that prefills and decodes at the same time.
using Tern.Scheduling;
using Tern.Scheduling.Latency;

namespace Tern.Simulation;

/// <summary>One worker with a prefill lane and a decode lane on one device.</summary>
public sealed record SharedDevicePlan
{
    /// <summary>The policies; with <see cref="ServingSystem.Sharing"/> and a batching for decodes.</summary>
    public required ServingSystem System { get; init; }

    /// <summary>Sizes and limits of the scheduler.</summary>
    public required SchedulerOptions Options { get; init; }

    /// <summary>What steps take.</summary>
    public required ISharedLatencyModel Latency { get; init; }

    /// <summary>What the policy believes that steps take.</summary>
    public required ISharedLatencyModel Estimator { get; init; }

    /// <summary>Layers of the model.</summary>
    public required int Layers { get; init; }

    /// <summary>Layers a prefill computes before units are dealt out again (<c>--num-prefill-layers</c>).</summary>
    public int LayersPerStep { get; init; } = 1;
}
