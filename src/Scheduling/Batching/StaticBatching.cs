// Owns the batching policy "a batch begins when the one before it is over".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Request-level batching (FasterTransformer as Orca, OSDI 2022, §2, and FastServe, NSDI 2026, §6, describe it): whoever waits when the
/// device is free forms a batch, which runs until its longest answer is done; nobody joins meanwhile.
/// </summary>
public sealed class StaticBatching : IBatchingPolicy
{
    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Most tokens of a batch, every request padded to the longest prompt and the longest answer; the first is always taken.
        /// FastServe's artifact serves FasterTransformer this way, as buffers are allocated for the padded batch
        /// (<c>ft-api-server.py</c>). It takes <see cref="Request.MaxNewTokens"/> for the answer's length.
        /// </summary>
        public int MaxPaddedTokens { get; init; } = int.MaxValue;
    }

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public StaticBatching(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        if (builder.Running.Length == 0)
            Begin(builder);
        for (var i = 0; builder.TokensLeft > 0 && i < builder.Running.Length; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining > 0 && sequence.End == SequenceEnd.None)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
    }

    private void Begin(BatchBuilder builder)
    {
        var (prompt, answer) = (0L, 0L);
        while (builder.FirstWaiting is { } next)
        {
            prompt = Math.Max(prompt, next.Request.PromptTokens);
            answer = Math.Max(answer, next.Request.MaxNewTokens);
            var padded = (prompt + answer) * (builder.Count + 1);
            if ((builder.Count > 0 && padded > _options.MaxPaddedTokens) || !builder.TryAdmit())
                return;
        }
    }
}
