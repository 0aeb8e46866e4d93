// Owns the list of placements that a cluster's size and a model's shape allow.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>
/// Enumerates parallelism and placements. Tensor parallelism divides the heads, every pipeline divides the layers. Whether an instance fits
/// a device's memory is not asked here.
/// </summary>
public sealed class PlacementSpace
{
    private readonly int[] _tensors;
    private readonly int[] _pipelines;

    /// <summary>Creates the space.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public PlacementSpace(int nodes, int gpusPerNode, int layers, int heads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gpusPerNode);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        (Nodes, GpusPerNode) = (nodes, gpusPerNode);
        _tensors = Divisors(heads);
        _pipelines = Divisors(layers);
    }

    /// <summary>Nodes.</summary>
    public int Nodes { get; }

    /// <summary>Devices of a node.</summary>
    public int GpusPerNode { get; }

    /// <summary>Devices of all nodes.</summary>
    public int Gpus => Nodes * GpusPerNode;

    /// <summary>
    /// Every way to cut one instance: tensor parallelism stays in a node, the pipeline may span all (Algorithm 1's loops), in ascending
    /// order of tensor parallelism.
    /// </summary>
    public IEnumerable<Parallelism> Instances() =>
        from tensor in _tensors
        where tensor <= GpusPerNode
        from pipeline in _pipelines
        where tensor * pipeline <= Gpus
        select new Parallelism(tensor, pipeline);

    /// <summary>
    /// Every pair of a prefill and a decode instance. With low affinity each segment fits in a node (Algorithm 2's configurations); with
    /// high affinity there is one segment and the pair fits in the cluster, tensor parallelism over nodes included, as in the released
    /// code.
    /// </summary>
    public IEnumerable<DisaggregatedPlacement> Pairs(NodeAffinity affinity)
    {
        var low = affinity == NodeAffinity.Low;
        var segmentGpus = low ? GpusPerNode : Gpus;
        return from cross in _pipelines
            where cross <= (low ? Nodes : 1)
            from prefill in Within(segmentGpus)
            from decode in Within(segmentGpus)
            let placement = new DisaggregatedPlacement(cross, prefill, decode)
            where
                placement.GpusPerSegment <= segmentGpus
                && IsPipeline(placement.PrefillInstance.Pipeline)
                && IsPipeline(placement.DecodeInstance.Pipeline)
            select placement;
    }

    private IEnumerable<Parallelism> Within(int gpus) =>
        from tensor in _tensors
        where tensor <= gpus
        from pipeline in _pipelines
        where tensor * pipeline <= gpus
        select new Parallelism(tensor, pipeline);

    private bool IsPipeline(int stages) => Array.BinarySearch(_pipelines, stages) >= 0;

    private static int[] Divisors(int number) => [.. Enumerable.Range(1, number).Where(d => number % d == 0)];
}
