// Owns the question "may keys and values cross nodes".
namespace Tern.Scheduling.Placement;

/// <summary>What the network between nodes allows (DistServe, OSDI 2024, §4.1 and §4.2).</summary>
public enum NodeAffinity
{
    /// <summary>The network is too slow for keys and values: prefill and decode of the same layers share a node.</summary>
    Low,

    /// <summary>The network is fast enough: prefill and decode lie anywhere.</summary>
    High,
}
