// Owns the axis "which stage computes which layers".
namespace Tern.Scheduling.Partitioning;

/// <summary>Proposes how a batch's layers are best spread over the stages of a pipeline. A pure function.</summary>
public interface IPartitioningPolicy
{
    /// <summary>The partition wanted for batches like the one predicted.</summary>
    /// <param name="layerMs">Predicted ms of one layer.</param>
    /// <param name="besideMs">Predicted ms that each stage spends beside its layers; on the last: logits and sampling.</param>
    /// <param name="current">The partition in force.</param>
    LayerPartition Choose(double layerMs, ReadOnlySpan<double> besideMs, LayerPartition current);
}
