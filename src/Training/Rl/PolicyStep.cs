// Owns the gradient of a policy loss over a batch of answers.
using Tern.Kernels;
using Tern.Training.Autograd;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Rl.Losses;

namespace Tern.Training.Rl;

/// <summary>
/// Adds the gradient of the policy loss to a decoder's parameters. Answers are taken in their order, whatever order they
/// arrived in, and how they are cut into micro-batches changes no bit.
/// </summary>
/// <param name="decoder">The policy.</param>
/// <param name="backend">Computes.</param>
/// <param name="pool">Lends memory.</param>
/// <param name="options">The loss.</param>
/// <param name="microBatchTokens">Tokens in memory at a time.</param>
/// <param name="longest">Most tokens that an answer may have.</param>
public sealed class PolicyStep(
    Decoder decoder,
    ITrainingBackend backend,
    TensorPool pool,
    PolicyLossOptions options,
    int microBatchTokens,
    int longest
)
{
    /// <summary>Gradients of the loss of these answers.</summary>
    /// <returns>The loss and what was seen on the way.</returns>
    public PolicyGradient Accumulate(IReadOnlyList<PolicyTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var gradient = new PolicyGradient(
            options,
            terms.Count,
            terms.Sum(term => (long)term.Rollout.Tokens.Count),
            longest
        );
        using var tape = new Tape(backend, pool);
        foreach (var part in Parts(terms))
        {
            var scores = Score(tape, decoder, part, options.EntropyCoefficient != 0);
            var current = scores.LogProbabilities.Values;
            var change = new float[current.Length];
            var entropyChange = new float[scores.Entropies is null ? 0 : current.Length];
            int start = 0;
            foreach (var term in part)
            {
                int count = term.Rollout.Tokens.Count;
                gradient.Add(
                    term,
                    current.Slice(start, count),
                    change.AsSpan(start, count),
                    entropyChange.Length == 0 ? [] : entropyChange.AsSpan(start, count)
                );
                start += count;
            }
            tape.Seed(scores.LogProbabilities, change);
            if (scores.Entropies is not null)
                tape.Seed(scores.Entropies, entropyChange);
            tape.Backward();
        }
        decoder.CollectGradients();
        return gradient;
    }

    /// <summary>Log-probabilities of the answers' tokens under some weights, one list an answer.</summary>
    public IReadOnlyList<float[]> Score(Decoder weights, IReadOnlyList<PolicyTerm> terms)
    {
        var result = new List<float[]>(terms.Count);
        foreach (var part in Parts(terms))
        {
            using var tape = new Tape(backend, pool) { IsRecording = false };
            var values = Score(tape, weights, part, withEntropy: false).LogProbabilities.Values;
            int start = 0;
            foreach (var term in part)
            {
                result.Add(values.Slice(start, term.Rollout.Tokens.Count).ToArray());
                start += term.Rollout.Tokens.Count;
            }
        }
        return result;
    }

    private static TokenScores Score(Tape tape, Decoder weights, IReadOnlyList<PolicyTerm> terms, bool withEntropy)
    {
        // The last token of an answer is predicted, never read.
        var sequences = terms.Select(term =>
            (ReadOnlyMemory<int>)(int[])[.. term.Rollout.PromptTokens, .. term.Rollout.Tokens.SkipLast(1)]
        );
        var batch = new TokenBatch([.. sequences]);
        var rows = new List<int>();
        var targets = new List<int>();
        for (int i = 0; i < terms.Count; i++)
        {
            int first = batch.Starts.Span[i] + terms[i].Rollout.PromptTokens.Count - 1;
            for (int token = 0; token < terms[i].Rollout.Tokens.Count; token++)
                rows.Add(first + token);
            targets.AddRange(terms[i].Rollout.Tokens);
        }
        return tape.Score(weights.Forward(tape, batch, rows.ToArray()), targets.ToArray(), withEntropy);
    }

    private IEnumerable<IReadOnlyList<PolicyTerm>> Parts(IReadOnlyList<PolicyTerm> terms) =>
        MicroBatches.Cut(terms, term => term.Rollout.PromptTokens.Count + term.Rollout.Tokens.Count, microBatchTokens);
}
