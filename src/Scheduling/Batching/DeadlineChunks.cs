// Owns the batching policy "every decode, and as much prefill as all of them can wait for".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Batching;

/// <summary>
/// Chunked prefill (Sarathi-Serve, OSDI 2024, Algorithm 3) whose token budget is set anew for each step by what was promised: a sequence
/// must have its n-th token after the first within n times <see cref="LatencyTargets.TpotMs"/>. So it keeps its promise wherever it
/// ends, and the time it is ahead, a step may take for prefill. The step's time comes from the estimate. Prefills, begun or
/// waiting, go in the order of the ordering policy.
/// </summary>
public sealed class DeadlineChunks : IBatchingPolicy
{
    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public DeadlineChunks(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        var budgetMs = double.PositiveInfinity;
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.InPrefill || sequence.Remaining == 0)
                continue;
            if (builder.TryContinue(sequence, 1) && !IsLate(sequence, builder.Context))
                budgetMs = Math.Min(budgetMs, SlackMs(sequence, builder.Context));
        }
        while (builder.TryResume()) { }
        var tokens = Affordable(builder, budgetMs);
        for (var i = 0; i < builder.Running.Length && tokens > 0 && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (!sequence.InPrefill)
                continue;
            // A newcomer that goes first does not wait for a prefill in progress. Admission puts it before this place.
            if (
                builder.FirstWaiting is { } waiting
                && builder.Ordering.Compare(waiting, sequence) < 0
                && TryAdmit(builder, ref tokens)
            )
                continue;
            var chunk = Math.Min(Math.Min(sequence.Remaining, tokens), builder.TokensLeft);
            if (builder.TryContinue(sequence, chunk))
                tokens -= chunk;
        }
        while (TryAdmit(builder, ref tokens)) { }
    }

    private static bool TryAdmit(BatchBuilder builder, ref int tokens)
    {
        var before = builder.TokenCount;
        if (tokens <= 0 || !builder.TryAdmit(tokens: tokens))
            return false;
        tokens -= builder.TokenCount - before;
        return true;
    }

    /// <summary>Who had its first token too late has nothing left to keep; it takes part, but nobody waits for it.</summary>
    private static bool IsLate(Sequence sequence, SchedulingContext context) =>
        sequence.Timeline.FirstTokenMs - sequence.Timeline.ArrivalMs > context.Options.Targets.TtftMs;

    /// <summary>Ms until the next token is due.</summary>
    private double SlackMs(Sequence sequence, SchedulingContext context)
    {
        var tpotMs = context.Options.Targets.TpotMs;
        var dueMs = sequence.Timeline.FirstTokenMs + sequence.GeneratedCount * tpotMs;
        // Who is behind is not helped by stopping everybody's prefill: it is kept from falling further behind.
        return _options.Margin * Math.Max(dueMs - context.NowMs, tpotMs);
    }

    /// <summary>Tokens of prefill with which the step takes no longer than the budget.</summary>
    private static int Affordable(BatchBuilder builder, double budgetMs)
    {
        if (double.IsPositiveInfinity(budgetMs))
            return builder.TokensLeft;
        var (decodes, context) = (0, 0L);
        foreach (var item in builder.Items)
            (decodes, context) = (decodes + item.Count, context + item.First + item.Count);
        var deepest = 0;
        foreach (var sequence in builder.Running)
        {
            if (sequence.InPrefill)
                deepest = Math.Max(deepest, sequence.Scheduled);
        }
        var (low, high) = (0, builder.TokensLeft);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var step = StepShape.Chunk(deepest, middle) with
            {
                DecodeTokens = decodes,
                DecodeContext = context,
                SampledTokens = decodes,
            };
            if (builder.Context.Estimate.StepMs(step) <= budgetMs)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>Share of the time left that a step is planned to take; the rest is for what the estimate does not know.</summary>
        public double Margin { get; init; } = 0.95;
    }
}
