// Owns the batching policy "a batch begins when the one before it is over".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Request-level batching (FasterTransformer as Orca, OSDI 2022, §2, and FastServe, NSDI 2026, §6, describe it): whoever waits when the
/// device is free forms a batch, which runs until its longest answer is done; nobody joins meanwhile.
/// </summary>
public sealed class StaticBatching : IBatchingPolicy
{
    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        if (builder.Running.Length == 0)
            while (builder.TryAdmit()) { }
        for (var i = 0; builder.TokensLeft > 0 && i < builder.Running.Length; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining > 0 && sequence.End == SequenceEnd.None)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
    }
}
