// The closed form of the policy loss against the plain formula and its differences.
using Tern.Training.Rl.Losses;

namespace Tern.Training.Tests.Rl;

public sealed class PolicyGradientTests
{
    /// <summary>Log-probabilities are multiples of this, so that a difference of floats is exact.</summary>
    private const double Grain = 1.0 / 4096;
    private const double Step = 1.0 / 1024;
    private const int Longest = 11;

    public static TheoryData<RatioLevel, Aggregation, double, double, double> Variants
    {
        get
        {
            var all = new TheoryData<RatioLevel, Aggregation, double, double, double>();
            foreach (var ratio in Enum.GetValues<RatioLevel>())
            {
                foreach (var aggregation in Enum.GetValues<Aggregation>())
                {
                    all.Add(ratio, aggregation, 0.2, 0, 0);
                    all.Add(ratio, aggregation, 0.28, 1.5, 0);
                    all.Add(ratio, aggregation, 0.28, 3, 0.4);
                }
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Loss_is_the_plain_formula_and_the_gradient_its_slope(
        RatioLevel ratio,
        Aggregation aggregation,
        double clipHigh,
        double dualClip,
        double kl
    )
    {
        var options = new PolicyLossOptions
        {
            Ratio = ratio,
            Aggregation = aggregation,
            ClipLow = 0.2,
            ClipHigh = clipHigh,
            DualClip = dualClip,
            KlCoefficient = kl,
        };
        var random = new Random(7);
        int clipped = 0;
        int free = 0;
        for (int trial = 0; trial < 200; trial++)
        {
            var (term, current) = Draw(random, options);
            int batch = random.Next(1, 5);
            int tokens = current.Length + random.Next(20);
            var gradient = new PolicyGradient(options, batch, tokens, Longest);
            var slopes = new float[current.Length];
            gradient.Add(term, current, slopes, []);
            Assert.Equal(Loss(term, current, options, batch, tokens), gradient.Loss, 1e-9);
            Assert.Equal(current.Length, gradient.Tokens);
            for (int i = 0; i < current.Length; i++)
            {
                double expected = Slope(term, current, i, options, batch, tokens);
                Assert.Equal(expected, slopes[i], 1e-6 + 1e-4 * Math.Abs(expected));
            }
            clipped += (int)gradient.Clipped;
            free += (int)(gradient.Tokens - gradient.Clipped);
        }
        Assert.True(clipped > 50 && free > 50, $"{clipped} tokens clipped, {free} not");
    }

    [Fact]
    public void A_ratio_of_1_gives_the_plain_policy_gradient_and_neither_deviation_nor_clipping()
    {
        var term = Term([-1f, -2f, -3f], advantage: 0.5);
        var gradient = new PolicyGradient(new PolicyLossOptions(), 2, 3, Longest);
        var slopes = new float[3];
        gradient.Add(term, [-1f, -2f, -3f], slopes, []);
        Assert.All(slopes, slope => Assert.Equal((float)(-0.5 / 2 / 3), slope));
        Assert.Equal(0, gradient.LargestDeviation);
        Assert.Equal(0, gradient.Clipped);
    }

    [Fact]
    public void Token_mean_weighs_all_tokens_alike_and_sequence_mean_all_answers()
    {
        Assert.Equal([-0.1f, -0.1f], Slopes(Aggregation.TokenMean, tokens: 10, answers: 4, length: 2));
        Assert.Equal([-0.125f, -0.125f], Slopes(Aggregation.SequenceMean, tokens: 10, answers: 4, length: 2));
        Assert.Equal([-1f / 44, -1f / 44], Slopes(Aggregation.Constant, tokens: 10, answers: 4, length: 2));
    }

    [Fact]
    public void Entropy_is_rewarded_with_the_weight_of_its_token()
    {
        var options = new PolicyLossOptions { EntropyCoefficient = 0.5, Aggregation = Aggregation.TokenMean };
        var gradient = new PolicyGradient(options, 1, 8, Longest);
        var entropy = new float[2];
        gradient.Add(Term([-1f, -1f], 1), [-1f, -1f], new float[2], entropy);
        Assert.Equal([-0.5f / 8, -0.5f / 8], entropy);
    }

    [Fact]
    public void Policies_that_have_nothing_in_common_give_finite_numbers()
    {
        var options = new PolicyLossOptions { KlCoefficient = 1 };
        foreach (double advantage in (double[])[1, -1])
        {
            foreach (float old in (float[])[-1e6f, 0])
            {
                var gradient = new PolicyGradient(options, 1, 1, Longest);
                var slope = new float[1];
                gradient.Add(Term([old], advantage) with { Reference = [-3e5f] }, [-5e5f], slope, []);
                Assert.True(float.IsFinite(slope[0]) && double.IsFinite(gradient.Loss));
            }
        }
    }

    private static float[] Slopes(Aggregation aggregation, int tokens, int answers, int length)
    {
        var options = new PolicyLossOptions { Aggregation = aggregation };
        float[] scores = [.. Enumerable.Repeat(-1f, length)];
        var slopes = new float[length];
        new PolicyGradient(options, answers, tokens, Longest).Add(Term(scores, 1), scores, slopes, []);
        return slopes;
    }

    private static PolicyTerm Term(float[] old, double advantage) =>
        new(Rollouts.Of(0) with { LogProbabilities = old, Tokens = new int[old.Length] }, advantage);

    /// <summary>An answer none of whose ratios is so near to a corner that a difference would reach across.</summary>
    private static (PolicyTerm Term, float[] Current) Draw(Random random, PolicyLossOptions options)
    {
        while (true)
        {
            int length = random.Next(1, 6);
            double shift = random.NextDouble() * 1.6 - 0.6;
            float[] current = [.. Enumerable.Range(0, length).Select(_ => Multiple(-random.NextDouble() * 3))];
            float[] old = [.. current.Select(score => score - Multiple(shift + random.NextDouble() * 0.6 - 0.3))];
            var term = Term(old, random.NextDouble() * 4 - 2);
            if (options.KlCoefficient != 0)
                term = term with
                {
                    Reference = [.. current.Select(score => score + Multiple(random.NextDouble() - 0.5))],
                };
            double[] corners = [1 - options.ClipLow, 1 + options.ClipHigh, options.DualClip];
            if (Ratios(term, [.. current], options).All(r => corners.All(corner => Math.Abs(r - corner) > 0.02)))
                return (term, current);
        }
    }

    private static float Multiple(double value) => (float)(Math.Round(value / Grain) * Grain);

    private static double[] Ratios(PolicyTerm term, double[] current, PolicyLossOptions options)
    {
        double[] logs = [.. current.Select((score, i) => score - term.Rollout.LogProbabilities[i])];
        return options.Ratio == RatioLevel.Token
            ? [.. logs.Select(Math.Exp)]
            : [.. logs.Select(_ => Math.Exp(logs.Sum() / logs.Length))];
    }

    private static double Slope(
        PolicyTerm term,
        float[] current,
        int token,
        PolicyLossOptions options,
        int batch,
        int tokens
    )
    {
        float[] above = [.. current];
        float[] below = [.. current];
        above[token] += (float)Step;
        below[token] -= (float)Step;
        double difference = Loss(term, above, options, batch, tokens) - Loss(term, below, options, batch, tokens);
        return difference / (2 * Step);
    }

    private static double Loss(PolicyTerm term, float[] current, PolicyLossOptions options, int batch, int tokens)
    {
        double[] exact = [.. current];
        double[] ratios = Ratios(term, exact, options);
        double weight = options.Aggregation switch
        {
            Aggregation.SequenceMean => 1.0 / (batch * current.Length),
            Aggregation.TokenMean => 1.0 / tokens,
            _ => 1.0 / (batch * Longest),
        };
        double loss = 0;
        for (int i = 0; i < current.Length; i++)
        {
            double limited = Math.Min(Math.Max(ratios[i], 1 - options.ClipLow), 1 + options.ClipHigh);
            double objective = Math.Min(ratios[i] * term.Advantage, limited * term.Advantage);
            if (term.Advantage < 0 && options.DualClip > 0)
                objective = Math.Max(objective, options.DualClip * term.Advantage);
            double divergence = 0;
            if (term.Reference is { } reference)
                divergence = Math.Exp(reference[i] - exact[i]) - (reference[i] - exact[i]) - 1;
            loss += weight * (options.KlCoefficient * divergence - objective);
        }
        return loss;
    }
}
