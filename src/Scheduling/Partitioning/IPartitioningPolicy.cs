// Owns the axis "which stage computes which layers".
namespace Tern.Scheduling.Partitioning;

/// <summary>Proposes how a batch's layers are best spread over the stages of a pipeline. A pure function.</summary>
public interface IPartitioningPolicy
{
    /// <summary>The partition wanted for batches like the one predicted.</summary>
    /// <param name="layerMs">Predicted ms of one layer.</param>
    /// <param name="sampleMs">Predicted ms of logits and sampling on the last stage.</param>
    /// <param name="current">The partition in force.</param>
    LayerPartition Choose(double layerMs, double sampleMs, LayerPartition current);
}
