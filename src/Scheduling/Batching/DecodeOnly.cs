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
        // A decode worker has nobody else who would compute the tokens of preempted sequences again. They have their turn among those who
        // decode, or younger ones could keep them out for good.
        var recomputes = builder.Context.Options.Role == WorkerRole.Decode;
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining > 0 && (recomputes || !sequence.InPrefill))
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        while (builder.TryResume()) { }
        while (recomputes && builder.TryAdmit()) { }
    }
}
