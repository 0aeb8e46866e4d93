// Owns the description of a simulated pipeline whose stages can exchange layers.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;

namespace Tern.Simulation;

/// <summary>One worker made of pipeline stages.</summary>
public sealed record PipelinePlan
{
    /// <summary>The policies; without <see cref="ServingSystem.Partitioning"/> the first partition stays.</summary>
    public required ServingSystem System { get; init; }

    /// <summary>Sizes and limits of the scheduler; <see cref="SchedulerOptions.PipelineDepth"/> should be the number of stages.</summary>
    public required SchedulerOptions Options { get; init; }

    /// <summary>What layers, tail and handing on take.</summary>
    public required Roofline Latency { get; init; }

    /// <summary>The layers of the stages at the start.</summary>
    public required LayerPartition Partition { get; init; }

    /// <summary>Predicts for the policy; needed with one.</summary>
    public StageTimePredictor? Predictor { get; init; }

    /// <summary>Batches that must propose the same before layers move.</summary>
    public int TriggerBatches { get; init; } = TriggerWindow.PublishedLength;

    /// <summary>What moving a layer's keys and values takes; needed with a policy.</summary>
    public LayerTransfer? Transfer { get; init; }
}
