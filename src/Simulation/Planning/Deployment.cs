// Owns one way to serve a model: which system, and how its instances are cut.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Simulation.Planning;

/// <summary>
/// The smallest piece of a deployment that serves on its own: one instance of a colocated system, or a prefill and a decode instance. It is
/// copied as often as the rate needs.
/// </summary>
/// <param name="System">The policies.</param>
/// <param name="Colocated">How the one instance is cut; null if phases are apart.</param>
/// <param name="Disaggregated">Where prefill and decode lie; null if they are together.</param>
/// <param name="Affinity">Whether keys and values stay in a node; of disaggregated phases.</param>
public sealed record Deployment(
    ServingSystem System,
    Parallelism? Colocated,
    DisaggregatedPlacement? Disaggregated,
    NodeAffinity Affinity
)
{
    /// <summary>One instance that does both phases.</summary>
    public static Deployment Of(ServingSystem system, Parallelism instance) =>
        new(system, instance, null, NodeAffinity.Low);

    /// <summary>A prefill and a decode instance.</summary>
    public static Deployment Of(ServingSystem system, DisaggregatedPlacement pair, NodeAffinity affinity) =>
        new(system, null, pair, affinity);

    /// <summary>Prefill instances of one copy; more than one only where keys and values may cross nodes.</summary>
    public int PrefillInstances { get; init; } = 1;

    /// <summary>Decode instances of one copy; more than one only where keys and values may cross nodes.</summary>
    public int DecodeInstances { get; init; } = 1;

    /// <summary>Devices of one copy.</summary>
    public int Gpus =>
        Disaggregated is { } pair
            ? PrefillInstances * pair.PrefillInstance.Devices + DecodeInstances * pair.DecodeInstance.Devices
            : Colocated!.Devices;

    /// <summary>Most copies that the nodes hold. Devices that share a layer, or a segment, lie in one node.</summary>
    public int CopiesOn(ClusterDescription cluster)
    {
        if (Disaggregated is not { } pair)
            return cluster.GpusPerNode / Colocated!.Tensor * cluster.Nodes / Colocated.Pipeline;
        return Affinity == NodeAffinity.Low
            ? cluster.GpusPerNode / pair.GpusPerSegment * cluster.Nodes / pair.CrossPipeline
            : cluster.Gpus / Gpus;
    }

    /// <summary>For tables: <c>distserve, prefill tp2·pp1, decode tp1·pp1</c>.</summary>
    public override string ToString() =>
        Disaggregated is not { } pair ? $"{System.Name}, {Colocated}"
        : PrefillInstances == 1 && DecodeInstances == 1 ? $"{System.Name}, {pair}"
        : $"{System.Name}, {PrefillInstances} × prefill {pair.PrefillInstance}, {DecodeInstances} × decode {pair.DecodeInstance}";
}
