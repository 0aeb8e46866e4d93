// Owns the batching policy "the next token of everybody whose prompt is computed".
namespace Tern.Scheduling.Batching;

/// <summary>
/// What a decode worker, or the decode lane of a shared device, computes (DistServe, OSDI 2024, §4.3). Who was preempted comes back first:
/// swapped sequences, then those that must compute their tokens again.
/// </summary>
public sealed class DecodeOnly : IBatchingPolicy
{
    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining == 1 && !sequence.InPrefill)
                builder.TryContinue(sequence, 1);
        }
        while (builder.TryResume()) { }
        if (builder.Context.Options.Role == WorkerRole.Decode)
            Recompute(builder);
    }

    /// <summary>A decode worker has nobody else who would compute the tokens of preempted sequences again.</summary>
    private static void Recompute(BatchBuilder builder)
    {
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.InPrefill)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        while (builder.TryAdmit()) { }
    }
}
