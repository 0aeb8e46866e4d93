// Owns the ways of choosing a mesh for an LLM.
namespace Tern.Scheduling.Placement;

/// <summary>How a multiplexing search puts LLMs on meshes (MuxServe, ICML 2024, §3.2 and its ablation).</summary>
public enum PlacementStrategy
{
    /// <summary>MuxServe's: the mesh whose unit gains the most throughput.</summary>
    LargestGain,

    /// <summary>The greedy alternative: the largest load to the mesh with the least load.</summary>
    EmptiestMesh,

    /// <summary>The other one: each LLM to the smallest mesh that is enough, else to where the most memory is left.</summary>
    MostMemory,
}
