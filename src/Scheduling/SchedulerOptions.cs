// Owns the numbers a scheduler is given, and which of them make sense.
namespace Tern.Scheduling;

/// <summary>Sizes and limits of one worker's scheduler.</summary>
public sealed record SchedulerOptions
{
    /// <summary>KV blocks in all.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Tokens in a block (vLLM's default, SOSP 2023, §7.2).</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Most tokens (rows) in a step.</summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>Most sequences running at once.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Longest sequence, prompt and answer together, in tokens; the cache's capacity limits it further.</summary>
    public int MaxModelLength { get; init; } = int.MaxValue;

    /// <summary>Whether full blocks are kept and found again by their content.</summary>
    public bool EnablePrefixCaching { get; init; } = true;

    /// <summary>
    /// Share of the blocks an admission leaves free while others run, so that they can grow and the newcomer is not preempted at once
    /// (vLLM's <c>watermark</c>).
    /// </summary>
    public double Watermark { get; init; } = 0.01;

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
        Require(MaxSequences >= 1, nameof(MaxSequences), MaxSequences, "at least 1");
        Require(
            MaxBatchTokens >= MaxSequences,
            nameof(MaxBatchTokens),
            MaxBatchTokens,
            $"at least {nameof(MaxSequences)} ({MaxSequences}), so that every running sequence can decode in one step"
        );
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
