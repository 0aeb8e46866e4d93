// Owns the composition that is vLLM as published.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Systems;

/// <summary>vLLM: paged KV blocks, first come first served, prompts first, preemption by recomputation.</summary>
public static class Vllm
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "vllm",
            Source =
                "Kwon et al.: Efficient Memory Management for Large Language Model Serving with PagedAttention, SOSP 2023",
            Batching = new PrefillFirst(),
        };
}
