// Owns the operations that losses are made of: log-probabilities of chosen tokens and their entropy.
namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// The log-probability that each row gives its token, and each row's entropy. Takes the logits' memory for their
    /// gradient: the logits cannot be read after the backward pass has begun.
    /// </summary>
    /// <param name="logits"><c>[rows, vocabulary]</c>.</param>
    /// <param name="tokens"><c>[rows]</c>; must not change until the backward pass.</param>
    /// <param name="withEntropy">Whether the entropy is wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    public TokenScores Score(Variable logits, ReadOnlyMemory<int> tokens, bool withEntropy = false)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var scores = Output([tokens.Length], logits.NeedsGradient);
        var entropies = withEntropy ? Output([tokens.Length], logits.NeedsGradient) : null;
        var logSums = new double[tokens.Length];
        Backend.LogProbabilities(
            logits.Values,
            tokens.Span,
            scores.Values,
            logSums,
            entropies is null ? [] : entropies.Values
        );
        if (entropies is not null)
            Record(entropies, Differentiate);
        Record(scores, Differentiate);
        return new TokenScores(scores, entropies);

        void Differentiate()
        {
            // Both results lead here; the first that the walk back reaches, the scores', settles the two.
            if (!logits.HasValue)
                return;
            var factors = scores.HasGradient ? scores.Gradient : new float[tokens.Length];
            bool hasEntropy = entropies is { HasGradient: true };
            var change = logits.TakeValue();
            Backend.LogProbabilitiesBackward(
                change.Values,
                tokens.Span,
                logSums,
                factors,
                hasEntropy ? entropies!.Values : [],
                hasEntropy ? entropies!.Gradient : []
            );
            logits.Accumulate(change);
        }
    }
}
