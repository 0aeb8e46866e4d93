// Owns the batching policy "as much prefill as is waiting and as there is room for, in equal parts".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Token throttling (gLLM, SC 2025, on which DynaPipe is built; constants of its released scheduler): all steps in flight of a pipeline are to be of one
/// size, or the stages wait for each other. Decodes are dealt out evenly by <see cref="BatchBuilder"/>; the prefill of a step is a part
/// of what waits, so that it is spread over several steps, and falls with the free blocks, so that decodes are not preempted.
/// </summary>
public sealed class TokenThrottling : IBatchingPolicy
{
    /// <summary>Steps over which the prompts that wait are spread.</summary>
    public int Steps { get; init; } = 8;

    /// <summary>Fewest tokens of prefill, however little waits.</summary>
    public int MinTokens { get; init; } = 32;

    /// <summary>Share of the blocks that prefill leaves free.</summary>
    public double ReservedBlocks { get; init; } = 0.05;

    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        var options = builder.Context.Options;
        var free = (double)builder.AvailableBlocks / options.BlockCount;
        var open = Math.Max(0, (free - ReservedBlocks) / (1 - ReservedBlocks));
        var waiting = builder.WaitingTokens;
        for (var i = 0; i < builder.Running.Length; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.InPrefill)
                waiting += sequence.Remaining;
            else if (sequence.Remaining == 1 && builder.TokensLeft > 0)
                builder.TryContinue(sequence, 1);
        }
        var budget = (int)Math.Max(MinTokens, Math.Min(waiting / Steps, open * options.MaxBatchTokens));
        for (var i = 0; i < builder.Running.Length; i++)
        {
            var sequence = builder.Running[i];
            var chunk = Math.Min(sequence.InPrefill ? sequence.Remaining : 0, Math.Min(builder.TokensLeft, budget));
            if (chunk > 0 && builder.TryContinue(sequence, chunk))
                budget -= chunk;
        }
        while (builder.TryResume()) { }
        // Who has its blocks goes on; who would need some waits until enough are free.
        while (open > 0 && budget > 0)
        {
            var before = builder.TokenCount;
            if (!builder.TryAdmit(tokens: budget))
                break;
            budget -= builder.TokenCount - before;
        }
    }
}
