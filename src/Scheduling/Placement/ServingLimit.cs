// Owns the reasons why an LLM does not serve more than it does.
namespace Tern.Scheduling.Placement;

/// <summary>What limits an LLM's throughput in its unit.</summary>
public enum ServingLimit
{
    /// <summary>Nothing: all that arrives is served.</summary>
    Arrivals,

    /// <summary>Its part of the KV memory, or the largest batch allowed: no more sequences fit.</summary>
    Batch,

    /// <summary>Its neighbours: a larger batch would cost them more than it gains.</summary>
    Neighbours,
}
