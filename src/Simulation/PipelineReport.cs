// Owns what a simulated pipeline tells beside the result.
namespace Tern.Simulation;

/// <summary>How a pipeline's stages were balanced in a run.</summary>
/// <param name="Repartitions">Every change of the partition, in order.</param>
/// <param name="TailRatio">Mean over the batches of logits and sampling in layers: ms of the tail over ms of one layer.</param>
public sealed record PipelineReport(IReadOnlyList<Repartition> Repartitions, double TailRatio);
