// Owns what a plan is made for: nodes of equal devices and the links between them.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Planning;

/// <summary>A cluster as a planner sees it. <see cref="ClusterDescriptionReader"/> reads it from a file.</summary>
public sealed record ClusterDescription
{
    /// <summary>Nodes, at least 1.</summary>
    public required int Nodes { get; init; }

    /// <summary>Devices of each node, at least 1.</summary>
    public required int GpusPerNode { get; init; }

    /// <summary>Every device.</summary>
    public required DeviceSheet Device { get; init; }

    /// <summary>The link between the devices of a node; one direction.</summary>
    public required LinkPlan Interconnect { get; init; }

    /// <summary>The link between two nodes; one direction. Of a single node it is not used.</summary>
    public required LinkPlan Network { get; init; }

    /// <summary>All devices.</summary>
    public int Gpus => Nodes * GpusPerNode;
}
