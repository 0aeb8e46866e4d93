// Owns the batching policy "whole prompts and nothing else".
namespace Tern.Scheduling.Batching;

/// <summary>
/// What a prefill worker, or the prefill lane of a shared device, computes (DistServe, OSDI 2024, §4.3): prompts batched up to the number
/// of tokens L_m that saturates the device; a longer prompt goes alone, in steps of the token budget.
/// </summary>
public sealed class PrefillOnly : IBatchingPolicy
{
    /// <summary>The constants.</summary>
    /// <param name="SaturationTokens">L_m: prompts join a batch up to this many tokens; the token budget limits it further.</param>
    public sealed record Options(int SaturationTokens = int.MaxValue);

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public PrefillOnly(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public void Fill(BatchBuilder builder)
    {
        for (var i = 0; i < builder.Running.Length && builder.TokensLeft > 0; i++)
        {
            var sequence = builder.Running[i];
            if (sequence.InPrefill)
                builder.TryContinue(sequence, Math.Min(sequence.Remaining, builder.TokensLeft));
        }
        while (
            builder.FirstWaiting is { } next
            && (builder.Count == 0 || builder.TokenCount + next.TokenCount <= _options.SaturationTokens)
            && builder.TryAdmit(whole: true)
        ) { }
    }
}
