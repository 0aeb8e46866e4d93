// Owns the batching policy "everybody's next step together, prompts whole".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Iteration-level scheduling with selective batching (Orca, OSDI 2022, §3): every step continues all running sequences and takes in
/// waiting ones, whose prompts are computed whole beside the decodes.
/// </summary>
public sealed class SelectiveBatching : IBatchingPolicy
{
    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        for (var i = 0; builder.TokensLeft > 0 && i < builder.Running.Length; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining > 0)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        while (builder.TryResume()) { }
        while (builder.TryAdmit(whole: true)) { }
    }
}
