// Owns the batching policy "whole prompts as soon as they fit, decodes when there are none".
namespace Tern.Scheduling.Batching;

/// <summary>
/// Prefill-first batching (vLLM, SOSP 2023, as released up to 0.5): a step is either prompts, each whole, or decodes; prompts go first.
/// A prompt longer than the token budget is computed alone in steps of the budget's size.
/// </summary>
public sealed class PrefillFirst : IBatchingPolicy
{
    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.InPrefill)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        while (builder.TryAdmit(whole: true)) { }
        if (builder.Count > 0)
            return;
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence is { Remaining: 1, InPrefill: false })
                builder.TryContinue(sequence, 1);
        }
        while (builder.TryResume()) { }
    }
}
