// Owns the numbers a scheduler is given, and which of them make sense.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling;

/// <summary>Sizes and limits of one worker's scheduler.</summary>
public sealed record SchedulerOptions
{
    /// <summary>KV blocks in all.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Tokens in a block (vLLM's default, SOSP 2023, §7.2).</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Blocks of host memory for sequences that are swapped out.</summary>
    public int HostBlockCount { get; init; }

    /// <summary>Most tokens (rows) in a step.</summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>Most sequences running, that is holding blocks, at once.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Most sequences in a step; null = <see cref="MaxSequences"/>.</summary>
    public int? MaxBatchSequences { get; init; }

    /// <summary>
    /// Steps that may be in flight in a lane, one for each stage of a pipeline. With several, a step takes only its part of the decodes.
    /// </summary>
    public int PipelineDepth { get; init; } = 1;

    /// <summary>Longest sequence, prompt and answer together, in tokens; the cache's capacity limits it further.</summary>
    public int MaxModelLength { get; init; } = int.MaxValue;

    /// <summary>Whether full blocks are kept and found again by their content.</summary>
    public bool EnablePrefixCaching { get; init; } = true;

    /// <summary>
    /// Share of the blocks an admission leaves free while others run, so that they can grow and the newcomer is not preempted at once
    /// (vLLM's <c>watermark</c>).
    /// </summary>
    public double Watermark { get; init; } = 0.01;

    /// <summary>Which part of a request's life this worker serves.</summary>
    public WorkerRole Role { get; init; }

    /// <summary>How long steps are expected to take; needed by systems that decide by it.</summary>
    public ILatencyModel? Estimate { get; init; }

    /// <summary>The slower tier from which stored prefixes can be loaded; null if there is none.</summary>
    public KvTier? Tier { get; init; }

    /// <summary>The latencies promised, for systems that decide by them.</summary>
    public LatencyTargets Targets { get; init; } = LatencyTargets.None;

    /// <summary>Most sequences in a step.</summary>
    public int BatchSequences => MaxBatchSequences ?? MaxSequences;

    /// <summary>Longest sequence that can ever be served: the smaller of <see cref="MaxModelLength"/> and all blocks together.</summary>
    public int MaxSequenceLength => (int)Math.Min(MaxModelLength, (long)BlockCount * BlockSize);

    /// <summary>Returns these options if they make sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not; it is named, with what would be valid.</exception>
    public SchedulerOptions Validated()
    {
        Require(BlockCount >= 1, nameof(BlockCount), BlockCount, "at least 1");
        Require(BlockSize >= 1, nameof(BlockSize), BlockSize, "at least 1");
        Require(
            (long)BlockCount * BlockSize <= Array.MaxLength,
            nameof(BlockCount),
            BlockCount,
            $"at most {Array.MaxLength / BlockSize} blocks of {BlockSize} tokens"
        );
        Require(HostBlockCount >= 0, nameof(HostBlockCount), HostBlockCount, "not negative");
        Require(MaxSequences >= 1, nameof(MaxSequences), MaxSequences, "at least 1");
        Require(
            BatchSequences >= 1 && BatchSequences <= MaxSequences,
            nameof(MaxBatchSequences),
            BatchSequences,
            $"from 1 to {nameof(MaxSequences)} ({MaxSequences})"
        );
        Require(
            MaxBatchTokens >= BatchSequences,
            nameof(MaxBatchTokens),
            MaxBatchTokens,
            $"at least the sequences in a step ({BatchSequences}), so that each can decode"
        );
        Require(PipelineDepth >= 1, nameof(PipelineDepth), PipelineDepth, "at least 1");
        Require(
            MaxModelLength >= 2,
            nameof(MaxModelLength),
            MaxModelLength,
            "at least 2: one token of prompt and one of answer"
        );
        Require(Watermark is >= 0 and < 1, nameof(Watermark), Watermark, "from 0 up to but not including 1");
        return this;
    }

    private static void Require(bool holds, string name, object value, string valid)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
    }
}
