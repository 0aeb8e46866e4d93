// Owns the description of GPUs that several LLMs share.
using Tern.Scheduling.Partitioning;

namespace Tern.Simulation;

/// <summary>A unit: a mesh of GPUs, the LLMs on it, their common KV memory and the rules by which they share both.</summary>
public sealed record UnitPlan
{
    /// <summary>Name in reports.</summary>
    public required string Name { get; init; }

    /// <summary>GPUs of the mesh.</summary>
    public required int Gpus { get; init; }

    /// <summary>The LLMs; at least one.</summary>
    public required IReadOnlyList<UnitLlmPlan> Llms { get; init; }

    /// <summary>Head-wise KV blocks of the mesh.</summary>
    public required long KvBlocks { get; init; }

    /// <summary>Bytes of a head-wise block; only ratios between units matter.</summary>
    public double BlockBytes { get; init; } = 1;

    /// <summary>Tokens of a block.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Who launches jobs when, and how blocks are shared.</summary>
    public AdaptiveBatching Batching { get; init; } = AdaptiveBatching.Adbs;

    /// <summary>Most tokens of a prefill job (MuxServe's released code: 2,048).</summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>Longest sequence in tokens (LLaMA: 2,048). The unit must have blocks for one of each LLM, or they could wait for each other.</summary>
    public int MaxModelLength { get; init; } = 2048;

    /// <summary>Most sequences an LLM runs at once.</summary>
    public int MaxSequences { get; init; } = 1024;
}
