// Owns the composition that is Mooncake's scheduler.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Migration;
using Tern.Scheduling.Routing;

namespace Tern.Scheduling.Systems;

/// <summary>
/// Mooncake: separate prefill and decode workers around a cache of keys and values that all share; requests go where the first token comes
/// earliest, hot prefixes are copied there, and what cannot be served in time is rejected at once. On workers that do both, the
/// routing alone.
/// </summary>
public static class Mooncake
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "mooncake",
            Source =
                "Qin et al.: Mooncake: Trading More Storage for Less Computation - A KVCache-centric Architecture for Serving LLM Chatbot, FAST 2025",
            Batching = new ChunkedPrefill(),
            DecodeBatching = new DecodeOnly(),
            Migration = new PullAfterPrefill(),
            Routing = new EarliestTtft(),
        };
}
