// Owns the batching policy "whoever goes first, wherever its keys and values are".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Iteration-level preemption (FastServe, NSDI 2026, §4.1): every step is made of the sequences that the ordering policy serves first, be
/// they running, swapped out or new; others pause, and give up blocks if there are too few. Prompts are computed whole; the steps of one
/// that is longer than the token budget are one iteration, so nobody comes between them and what they computed is not lost.
/// </summary>
public sealed class HighestPriority : IBatchingPolicy
{
    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Share of the host's blocks without which no prompt is begun: whoever begins may have to be swapped out. The paper keeps all that
        /// is begun on device or host (§4.2) and does not say what happens when both are full; 0.1 is the released scheduler's.
        /// </summary>
        public double HostReserve { get; init; } = 0.1;
    }

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public HighestPriority(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence is { Scheduled: > 0, Remaining: > 0 } && sequence.TokenCount == sequence.TokensAtAdmission)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        var hostBlocks = builder.Context.Options.HostBlockCount;
        var admits = builder.AvailableHostBlocks >= _options.HostReserve * hostBlocks;
        var (index, resumes) = (0, true);
        while (builder.TokensLeft > 0)
        {
            while (index < builder.Running.Length && builder.Running[index].Remaining == 0)
                index++;
            var best = index < builder.Running.Length ? builder.Running[index] : null;
            var swapped =
                resumes && builder.Swapped is [var outside, ..] && GoesBefore(builder, outside, best) ? outside : null;
            best = swapped ?? best;
            if (admits && builder.FirstWaiting is { } waiting && GoesBefore(builder, waiting, best))
            {
                if (builder.TryAdmit(whole: true, preempts: true))
                    index++; // it runs now, in front of those still to come
                else
                    admits = false;
            }
            else if (swapped is not null)
            {
                if (builder.TryResume(preempts: true))
                    index++;
                else
                    resumes = false;
            }
            else if (best is not null)
            {
                builder.TryContinue(best, Math.Min(best.Remaining, builder.TokensLeft));
                index++;
            }
            else
            {
                return;
            }
        }
    }

    private static bool GoesBefore(BatchBuilder builder, Sequence candidate, Sequence? best) =>
        best is null || builder.Ordering.Compare(candidate, best) < 0;
}
