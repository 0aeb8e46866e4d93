// Owns what an operator chooses about an engine. What is discovered at run time is EngineLimits.
using Tern.Engine.Calibration;
using Tern.Kernels;
using Tern.Scheduling;
using Tern.Tensors;

namespace Tern.Engine;

/// <summary>Sizes and switches of an engine; immutable.</summary>
public sealed record EngineOptions
{
    /// <summary>Worker threads; null = one a physical core.</summary>
    public int? Threads { get; init; }

    /// <summary>Longest sequence in tokens; null = what the model was trained for, or less if the KV memory holds less.</summary>
    public int? ContextLength { get; init; }

    /// <summary>How products with weights are computed.</summary>
    public Numerics Numerics { get; init; } = Numerics.Fast;

    /// <summary>
    /// Whether packed weights are kept in a file beside the model, about as large as the model, which later starts map instead
    /// of packing. Nothing is kept where no weight is packed.
    /// </summary>
    public bool PackedCache { get; init; }

    /// <summary>Element type of keys and values, one of <see cref="KvTypes"/>; Q8_0 needs heads of a multiple of 32.</summary>
    public DType KvCacheType { get; init; } = DType.F16;

    /// <summary>Memory for keys and values in bytes; null = a share of what is free.</summary>
    public long? KvCacheBytes { get; init; }

    /// <summary>Tokens in a KV block.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Most sequences running at once.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Most tokens in a step: the chunk in which prompts are prefilled.</summary>
    public int MaxBatchTokens { get; init; } = 512;

    /// <summary>Most requests waiting; further ones are refused.</summary>
    public int MaxQueue { get; init; } = 1024;

    /// <summary>Whether finished prompts' blocks are kept and found again by their content.</summary>
    public bool EnablePrefixCaching { get; init; } = true;

    /// <summary>Name of the serving system whose policies decide; one of <see cref="EngineSystems.All"/>.</summary>
    public string System { get; init; } = "sarathi-serve";

    /// <summary>The latencies promised, for systems that decide by them.</summary>
    public LatencyTargets Targets { get; init; } = LatencyTargets.None;

    /// <summary>Whether step times are measured at start, for systems that decide by them.</summary>
    public CalibrationMode Calibration { get; init; }

    /// <summary>Name under which the model is served; null = the file's name without extension.</summary>
    public string? ModelName { get; init; }

    /// <summary>A chat template (Jinja source) in place of the model's own; null = the model's.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Returns these options if they make sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not; the message names it and says what would be valid.</exception>
    public EngineOptions Validated()
    {
        Require(Threads is null or (>= 1 and <= 1024), nameof(Threads), Threads, "from 1 to 1024");
        Require(ContextLength is null or >= 2, nameof(ContextLength), ContextLength, "at least 2");
        Require(KvTypes.Contains(KvCacheType), nameof(KvCacheType), KvCacheType, KvTypes.Names);
        Require(KvCacheBytes is null or > 0, nameof(KvCacheBytes), KvCacheBytes, "positive");
        Require(BlockSize is >= 1 and <= 1024, nameof(BlockSize), BlockSize, "from 1 to 1024");
        Require(MaxSequences is >= 1 and <= 65536, nameof(MaxSequences), MaxSequences, "from 1 to 65536");
        Require(
            MaxBatchTokens >= MaxSequences && MaxBatchTokens <= 1 << 20,
            nameof(MaxBatchTokens),
            MaxBatchTokens,
            $"from {nameof(MaxSequences)} ({MaxSequences}), so that all can decode in one step, to {1 << 20}"
        );
        Require(MaxQueue >= 1, nameof(MaxQueue), MaxQueue, "at least 1");
        Require(Targets is { TtftMs: > 0, TpotMs: > 0 }, nameof(Targets), Targets, "positive ms");
        return this;
    }

    private static void Require(bool holds, string name, object? value, string valid)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
    }
}
