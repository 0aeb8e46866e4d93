// Owns the composition that is DynaPipe.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Partitioning;

namespace Tern.Scheduling.Systems;

/// <summary>DynaPipe: the steps of gLLM, chunks of prefill of even size, over a pipeline whose last stage gives layers away while sampling weighs much.</summary>
public static class DynaPipe
{
    /// <summary>The composition as published.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "dynapipe",
            Source =
                "Xu et al.: DynaPipe: Dynamic Layer Redistribution for Efficient Serving of LLMs with Pipeline Parallelism, NeurIPS 2025",
            Batching = new TokenThrottling(),
            Partitioning = new BubbleAware(),
        };

    /// <summary>With our exact cut in place of the published rule.</summary>
    public static ServingSystem Exact { get; } =
        System with
        {
            Name = "dynapipe-exact",
            Partitioning = new ExactBalance(),
        };
}
