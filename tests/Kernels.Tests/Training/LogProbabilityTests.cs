// Log-probabilities and entropies of rows of logits and their gradient: against differences, the reference and the sampler's
// formula.
namespace Tern.Kernels.Tests.Training;

public class LogProbabilityTests
{
    public static TheoryData<int, int> Shapes =>
        new()
        {
            { 0, 3 },
            { 1, 1 },
            { 3, 2 },
            { 2, 16 },
            { 5, 17 },
            { 3, 33 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Log_probabilities_and_entropies_change_as_differences_say(int rows, int width)
    {
        float[] logits = Randoms.Floats(rows * width, 1, 4);
        int[] tokens = Tokens(rows, width);
        float[] factors = Randoms.Floats(rows, 2);
        float[] entropyFactors = Randoms.Floats(rows, 3);
        double[] x = Differences.Double(logits);
        double Loss(double[] logits, bool entropies)
        {
            double loss = 0;
            for (int row = 0; row < rows; row++)
            {
                var (logProbability, entropy) = Formula(logits.AsSpan(row * width, width), tokens[row]);
                loss += factors[row] * logProbability + (entropies ? entropyFactors[row] * entropy : 0);
            }
            return loss;
        }
        Differences.Check(
            Differences.Of(x => Loss(x, entropies: false), x),
            backend => Backward(backend, logits, tokens, factors, []),
            5e-6f
        );
        Differences.Check(
            Differences.Of(x => Loss(x, entropies: true), x),
            backend => Backward(backend, logits, tokens, factors, entropyFactors),
            5e-6f
        );
        double[] forward = [.. Enumerable.Range(0, rows).SelectMany(Both)];
        IEnumerable<double> Both(int row)
        {
            var (logProbability, entropy) = Formula(x.AsSpan(row * width, width), tokens[row]);
            return [logProbability, entropy];
        }
        Differences.Check(
            forward,
            backend =>
            {
                var (results, entropies) = (new float[rows], new float[rows]);
                backend.LogProbabilities(logits, tokens, results, new double[rows], entropies);
                return [.. results.SelectMany((result, row) => new[] { result, entropies[row] })];
            },
            3e-6f
        );
    }

    [Theory]
    [InlineData(1, 50257)]
    [InlineData(37, 1003)]
    public void The_gradient_over_a_vocabulary_is_that_of_the_reference(int rows, int width)
    {
        float[] logits = Randoms.Floats(rows * width, 1, 15);
        int[] tokens = Tokens(rows, width);
        float[] factors = Randoms.Floats(rows, 2);
        Differences.CheckReference(b => Backward(b, logits, tokens, factors, []), 1e-5f, 1e-7f);
        Differences.CheckReference(b => Backward(b, logits, tokens, factors, factors), 1e-5f, 1e-6f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1003)]
    public void Log_probabilities_have_the_bits_that_a_sampler_reports(int width)
    {
        const int Rows = 9;
        float[] logits = Randoms.Floats(Rows * width, 1, 20);
        int[] tokens = Tokens(Rows, width);
        var expected = new float[Rows];
        var weights = new float[width];
        for (int row = 0; row < Rows; row++)
        {
            var values = logits.AsSpan(row * width, width);
            float max = Softmax.Max(values);
            expected[row] = (float)(values[tokens[row]] - (max + Math.Log(Softmax.Weigh(values, max, 1, weights))));
        }
        float[] Results(ITrainingBackend backend, bool entropies)
        {
            var results = new float[Rows];
            backend.LogProbabilities(logits, tokens, results, new double[Rows], entropies ? new float[Rows] : []);
            return results;
        }
        Backends.AssertBits(expected, Backends.SameBits(b => Results(b, entropies: false)), "alone");
        Backends.AssertBits(expected, Backends.SameBits(b => Results(b, entropies: true)), "with entropies");
    }

    [Fact]
    public void A_token_that_is_ruled_out_has_no_part_in_entropy_and_gradient()
    {
        // The second logit is minus infinity: the row is a choice between the other two.
        float[] masked = [1, float.NegativeInfinity, 2];
        float[] open = [1, 2];
        float[] Gradient(ITrainingBackend backend, float[] logits, float entropyFactor) =>
            Backward(backend, logits, [0], [0.5f], entropyFactor == 0 ? [] : [entropyFactor]);
        foreach (float factor in new[] { 0, 0.25f })
        {
            float[] expected = Gradient(Backends.Reference, open, factor);
            float[] reference = Gradient(Backends.Reference, masked, factor);
            float[] actual = Backends.SameBits(backend => Gradient(backend, masked, factor));
            Backends.AssertClose([expected[0], 0, expected[1]], reference, 1e-6f, 0);
            Backends.AssertClose([expected[0], 0, expected[1]], actual, 1e-6f, 0);
        }
    }

    private static int[] Tokens(int rows, int width) =>
        [.. Enumerable.Range(0, rows).Select(row => (row * 7 + width - 1) % width)];

    private static (double LogProbability, double Entropy) Formula(ReadOnlySpan<double> logits, int token)
    {
        double sum = 0;
        foreach (double logit in logits)
            sum += Math.Exp(logit);
        double entropy = 0;
        foreach (double logit in logits)
            entropy -= Math.Exp(logit) / sum * Math.Log(Math.Exp(logit) / sum);
        return (Math.Log(Math.Exp(logits[token]) / sum), entropy);
    }

    private static float[] Backward(
        ITrainingBackend backend,
        float[] logits,
        int[] tokens,
        float[] factors,
        float[] entropyFactors
    )
    {
        var sums = new double[tokens.Length];
        float[] entropies = entropyFactors.Length == 0 ? [] : new float[tokens.Length];
        backend.LogProbabilities(logits, tokens, new float[tokens.Length], sums, entropies);
        float[] gradient = [.. logits];
        backend.LogProbabilitiesBackward(gradient, tokens, sums, factors, entropies, entropyFactors);
        return gradient;
    }
}
