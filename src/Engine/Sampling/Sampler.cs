// Owns the choice of the next token from a row of logits: the order of all steps, and the buffers they share.
using Tern.Engine.Requests;
using Tern.Kernels;

namespace Tern.Engine.Sampling;

/// <summary>
/// Chooses tokens. The result is a function of the row, the parameters, the history and the random number that seed,
/// answer and position give (<see cref="RandomStream"/>): nothing is carried from token to token and nothing depends on
/// other rows. The steps, in this order:
/// <list type="number">
/// <item>log-probabilities to return: log-softmax of the raw logits;</item>
/// <item>logit bias;</item>
/// <item>repetition, then frequency and presence penalties;</item>
/// <item>DRY;</item>
/// <item>end tokens masked before MinTokens;</item>
/// <item>temperature 0 (below 1e-5): the largest logit, the lowest id among equals, and nothing further;</item>
/// <item>temperature;</item>
/// <item>top-k, typical, top-p, min-p, each over what the one before left;</item>
/// <item>one draw by weight.</item>
/// </list>
/// vLLM applies temperature before truncation too; llama.cpp's default puts it last, which changes what top-p keeps.
/// Not thread-safe: one sampler belongs to one engine thread.
/// </summary>
/// <param name="vocabularySize">Tokens that can be chosen; longer rows are cut to this (models pad their last matrix).</param>
/// <param name="tokenBytes">The text of a token as UTF-8, for DRY's sequence breakers.</param>
public sealed class Sampler(int vocabularySize, Func<int, ReadOnlySpan<byte>> tokenBytes)
{
    /// <summary>Temperatures below this choose greedily (vLLM's bound; 1/T stays finite).</summary>
    public const float GreedyBelow = 1e-5f;

    private readonly float[] _logits = new float[vocabularySize];
    private readonly float[] _weights = new float[vocabularySize];
    private readonly Candidates _candidates = new(vocabularySize);
    private readonly Penalties _penalties = new(vocabularySize);
    private readonly DryPenalty _dry = new(vocabularySize, tokenBytes);

    /// <summary>Chooses one token.</summary>
    /// <param name="row">Raw logits, at least as many as the vocabulary has tokens; unchanged.</param>
    /// <param name="context">Whose turn it is.</param>
    /// <exception cref="SamplingException">A logit is NaN or infinite.</exception>
    public TokenChoice Sample(ReadOnlySpan<float> row, in SamplingContext context)
    {
        row = row[..vocabularySize];
        var parameters = context.Parameters;
        if (!Softmax.TryMax(row, out float rawMax))
            throw new SamplingException(
                $"the model's logits for token {context.History.Length} of the sequence are not finite"
            );
        var logits = Adjust(row, context);
        float max = logits == row ? rawMax : Softmax.Max(logits);
        if (!float.IsFinite(max))
            throw new SamplingException("logit bias, penalties and masks leave no token to choose");
        int token =
            parameters.Temperature < GreedyBelow
                ? Softmax.IndexOf(logits, max)
                : Draw(logits, max, parameters, Position(context));
        return new TokenChoice(token, parameters.Logprobs is { } top ? Logprob(row, rawMax, token, top) : null);
    }

    private static double Position(in SamplingContext context) =>
        RandomStream.Uniform(context.Seed, context.AnswerIndex, context.History.Length - context.PromptLength);

    /// <summary>The row itself, or a changed copy.</summary>
    private ReadOnlySpan<float> Adjust(ReadOnlySpan<float> row, in SamplingContext context)
    {
        var parameters = context.Parameters;
        bool masked = context.History.Length - context.PromptLength < parameters.MinTokens;
        bool penalized = Penalties.Wanted(parameters);
        if (parameters.LogitBias.Count == 0 && !masked && !penalized && parameters.Dry is null)
            return row;
        var logits = _logits.AsSpan();
        row.CopyTo(logits);
        foreach (var (token, bias) in parameters.LogitBias)
            logits[token] += bias;
        if (penalized)
            _penalties.Apply(parameters, context.History, context.PromptLength, logits);
        if (parameters.Dry is { } dry)
            _dry.Apply(dry, context.History, logits);
        if (masked)
            foreach (int token in context.EndTokens)
                logits[token] = float.NegativeInfinity;
        return logits;
    }

    private int Draw(ReadOnlySpan<float> logits, float max, SamplingParams parameters, double random)
    {
        double total = Prepare(logits, max, parameters);
        if (parameters.TypicalP < 1)
        {
            KeepTypical(parameters.TypicalP, total);
            total = _candidates.TotalWeight();
        }
        if (parameters.TopP < 1)
            _candidates.KeepMass(parameters.TopP * total);
        if (parameters.MinP > 0)
        {
            float best = 0;
            foreach (var candidate in _candidates.Items)
                best = MathF.Max(best, candidate.Weight);
            _candidates.KeepAtLeast(parameters.MinP * best);
        }
        double left = random * _candidates.TotalWeight();
        foreach (var candidate in _candidates.Items)
        {
            left -= candidate.Weight;
            if (left < 0)
                return candidate.Id;
        }
        return _candidates.Items[^1].Id;
    }

    /// <summary>Fills the candidates with all that later steps can possibly keep; returns the sum of all weights.</summary>
    private double Prepare(ReadOnlySpan<float> logits, float max, SamplingParams parameters)
    {
        float inverse = 1 / parameters.Temperature;
        if (parameters.TopK > 0 && parameters.TopK < logits.Length)
        {
            _candidates.SelectTop(logits, parameters.TopK);
            foreach (ref var candidate in _candidates.Items)
            {
                candidate.Weight = MathF.Exp((-candidate.Key - max) * inverse);
                candidate.Key = -candidate.Weight;
            }
            return _candidates.TotalWeight();
        }
        double total = Softmax.Weigh(logits, max, inverse, _weights);

        // All tokens below (1-p)/V of the mass together weigh less than 1-p, so the nucleus is full before them; and what
        // min-p drops at the end need not be collected when nothing before it renormalizes.
        float floor = parameters switch
        {
            { TypicalP: < 1 } => 0,
            { TopP: < 1 } => (float)((1 - parameters.TopP) / logits.Length * total * 0.999),
            _ => parameters.MinP,
        };
        _candidates.Collect(_weights, floor);
        return total;
    }

    /// <summary>Locally typical sampling (arXiv 2202.00666): keeps what is nearest to the entropy, up to a mass.</summary>
    private void KeepTypical(float mass, double total)
    {
        double entropy = 0;
        foreach (var candidate in _candidates.Items)
            if (candidate.Weight > 0)
                entropy -= candidate.Weight / total * Math.Log(candidate.Weight / total);
        foreach (ref var candidate in _candidates.Items)
            candidate.Key = (float)Math.Abs(-Math.Log(candidate.Weight / total) - entropy);
        _candidates.KeepMass(mass * total);
        foreach (ref var candidate in _candidates.Items)
            candidate.Key = -candidate.Weight;
    }

    private TokenLogprob Logprob(ReadOnlySpan<float> row, float max, int token, int top)
    {
        double logSum = max + Math.Log(Softmax.Weigh(row, max, 1, _weights));
        if (top == 0)
            return new TokenLogprob(token, (float)(row[token] - logSum), []);
        _candidates.SelectTop(row, top);
        var best = new (int, float)[_candidates.Count];
        for (int i = 0; i < best.Length; i++)
            best[i] = (_candidates.Items[i].Id, (float)(-_candidates.Items[i].Key - logSum));
        return new TokenLogprob(token, (float)(row[token] - logSum), best);
    }
}
