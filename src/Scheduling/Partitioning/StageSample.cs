// Owns one measurement from which stage times are predicted.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>What one batch took.</summary>
/// <param name="Step">The batch.</param>
/// <param name="LayerMs">Ms of one layer; positive.</param>
/// <param name="SampleMs">Ms of logits and sampling; positive if the batch samples.</param>
public readonly record struct StageSample(StepShape Step, double LayerMs, double SampleMs);
