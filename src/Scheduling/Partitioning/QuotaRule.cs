// Owns the rules by which colocated LLMs share KV blocks.
namespace Tern.Scheduling.Partitioning;

/// <summary>How many KV blocks each LLM of a unit may hold.</summary>
public enum QuotaRule
{
    /// <summary>Shares by rate and model size, corrected as utilization shows.</summary>
    Adaptive,

    /// <summary>Shares by model size, for good.</summary>
    Fixed,

    /// <summary>No shares: blocks go to whoever takes them first.</summary>
    None,
}
