// Owns the batching policy "every decode, and chunks of prefill in what is left of the token budget".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Stall-free batching (Sarathi-Serve, OSDI 2024, Algorithm 3): each step has a token budget, all decodes are in every step, prefills
/// begun come next and new ones last, cut into chunks that fit. The budget is reserved for the decodes; blocks go to whom the ordering
/// policy serves first, decode or prefill, so that nobody in front starves for those behind.
/// </summary>
public sealed class ChunkedPrefill : IBatchingPolicy
{
    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        var decodes = 0;
        foreach (var sequence in builder.Running)
            decodes += sequence.Remaining == 1 ? 1 : 0;
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.Remaining == 1)
            {
                decodes--;
                builder.TryContinue(sequence, 1);
            }
            else if (Math.Min(sequence.Remaining, builder.TokensLeft - decodes) is > 0 and var chunk)
            {
                builder.TryContinue(sequence, chunk);
            }
        }
        while (builder.TryResume()) { }
        while (builder.TryAdmit()) { }
    }
}
