// Owns one rank of a plan in the words of the plan file.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Simulation.Planning;

/// <summary>A deployment with its copies, as a plan file names it.</summary>
public sealed record PlannedDeployment
{
    /// <summary>Name in the catalog of systems.</summary>
    public required string System { get; init; }

    /// <summary>Copies of the instance, or of the prefill and decode instances together.</summary>
    public required int Copies { get; init; }

    /// <summary>Devices of all copies.</summary>
    public required int Gpus { get; init; }

    /// <summary>Requests per second and device in time.</summary>
    public required double GoodputPerGpu { get; init; }

    /// <summary>How an instance is cut that does both phases; absent if phases are apart.</summary>
    public Cut? Instance { get; init; }

    /// <summary>How a prefill instance is cut; absent if phases are together.</summary>
    public Cut? Prefill { get; init; }

    /// <summary>How a decode instance is cut; absent if phases are together.</summary>
    public Cut? Decode { get; init; }

    /// <summary>Segments of layers whose prefill and decode devices share a node; absent if keys and values may cross nodes.</summary>
    public int? Segments { get; init; }

    internal static PlannedDeployment Of(RankedPlacement<Deployment> ranked, int copies)
    {
        var pair = ranked.Placement.Disaggregated;
        return new PlannedDeployment
        {
            System = ranked.Placement.System.Name,
            Copies = copies,
            Gpus = copies * ranked.Gpus,
            GoodputPerGpu = ranked.GoodputPerGpu,
            Instance = Cut.Of(ranked.Placement.Colocated, 1),
            Prefill = Cut.Of(pair?.PrefillInstance, ranked.Placement.PrefillInstances),
            Decode = Cut.Of(pair?.DecodeInstance, ranked.Placement.DecodeInstances),
            Segments = ranked.Placement.Affinity == NodeAffinity.Low ? pair?.CrossPipeline : null,
        };
    }

    /// <summary>Instances of a copy and how each is cut.</summary>
    /// <param name="Instances">Instances of one copy.</param>
    /// <param name="Tensor">Devices that share each layer.</param>
    /// <param name="Pipeline">Stages.</param>
    public sealed record Cut(int Instances, int Tensor, int Pipeline)
    {
        internal static Cut? Of(Parallelism? parallelism, int instances) =>
            parallelism is null ? null : new(instances, parallelism.Tensor, parallelism.Pipeline);
    }
}
