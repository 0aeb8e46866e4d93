// Owns the composition that is MuxServe.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Systems;

/// <summary>
/// MuxServe: LLMs share GPUs; each one's prefills and decodes are jobs of their own, on shares of the compute units that
/// <see cref="Partitioning.AdaptiveBatching"/> hands out, over KV blocks that all of them draw from. <see cref="Placement.MultiplexSearch"/>
/// decides who shares with whom.
/// </summary>
public static class MuxServe
{
    /// <summary>The composition of one LLM's scheduler.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "muxserve",
            Source =
                "Duan et al.: MuxServe: Flexible Spatial-Temporal Multiplexing for Multiple LLM Serving, ICML 2024",
            Batching = new PrefillOnly(),
            DecodeBatching = new DecodeOnly(),
        };
}
