// Batch normalization and its gradient: against differences and the reference, in place, and refused operands.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class BatchNormTests
{
    private const float Epsilon = 1e-3f;

    public static TheoryData<int, int> SmallShapes =>
        new()
        {
            { 1, 3 },
            { 2, 1 },
            { 7, 5 },
            { 3, 17 },
            { 5, 33 },
        };

    public static TheoryData<int, int> LargeShapes =>
        new()
        {
            { 1000, 3 },
            { 256, 64 },
            { 515, 130 },
            { 300, 65 },
        };

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Batch_normalization_changes_by_its_operands_as_differences_say(int rows, int channels)
    {
        var batch = new Batch(rows, channels);
        double[] input = Differences.Double(batch.Input);
        double[] weight = Differences.Double(batch.Weight);
        double[] bias = Differences.Double(batch.Bias);
        double Loss(double[] x, double[] w, double[] b) => Differences.Dot(Formula(x, w, b), batch.Gradient);
        double[] sums =
        [
            .. Differences.Of(x => Loss(input, x, bias), weight),
            .. Differences.Of(x => Loss(input, weight, x), bias),
        ];
        for (int i = 0; i < sums.Length; i++)
            sums[i] += i < channels ? batch.Weight[i] : batch.Bias[i - channels];
        Differences.Check(Formula(input, weight, bias), backend => batch.Forward(backend)[..(rows * channels)], 1e-5f);
        // Means and variances are kept in single precision, and small distances from a mean are differences of large ones.
        double[] expected = [.. Differences.Of(x => Loss(x, weight, bias), input), .. sums];
        Backends.AssertClose(Differences.Single(expected), batch.Backward(Backends.Reference), 1e-5f, 1e-5f);
        Backends.AssertClose(Differences.Single(expected), Backends.SameBits(b => batch.Backward(b)), 2e-5f, 2e-5f);
    }

    [Theory]
    [MemberData(nameof(LargeShapes))]
    public void Batch_normalization_and_its_gradient_are_those_of_the_reference(int rows, int channels)
    {
        var batch = new Batch(rows, channels);
        Differences.CheckReference(batch.Forward, 1e-5f, 1e-5f);
        Differences.CheckReference(backend => batch.Backward(backend), 1e-5f, 1e-4f);
        Differences.CheckReference(batch.Infer, 1e-5f, 1e-5f);
    }

    [Fact]
    public void Results_may_be_written_over_what_they_are_made_of()
    {
        var batch = new Batch(300, 33);
        float[] apart = Backends.SameBits(backend => batch.Backward(backend));
        Backends.AssertBits(apart, Backends.SameBits(backend => batch.Backward(backend, inPlace: true)), "gradient");
        float[] forward = Backends.SameBits(batch.Forward);
        float[] inPlace = Backends.SameBits(backend =>
        {
            float[] x = [.. batch.Input];
            backend.BatchNorm(x, batch.Weight, batch.Bias, Epsilon, x, new float[33], new float[33]);
            return x;
        });
        Backends.AssertBits(forward.AsSpan(0, inPlace.Length), inPlace, "forward");
    }

    [Fact]
    public void A_mean_far_from_zero_costs_no_precision_of_the_variance()
    {
        float[] input = [.. Enumerable.Range(0, 1000).Select(i => 10000f + i % 2)];
        float[] Statistics(ITrainingBackend backend)
        {
            var (mean, variance) = (new float[1], new float[1]);
            backend.BatchNorm(input, [1], [0], 0, new float[1000], mean, variance);
            return [mean[0], variance[0]];
        }
        Assert.Equal([10000.5f, 0.25f], Backends.SameBits(Statistics));
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        foreach (int wrong in Enumerable.Range(0, 9))
            Refuse(operand => operand == wrong ? 1 : 0);
        Refuse(operand => operand is 0 or 3 or 6 ? -12 : 0); // no rows
    }

    /// <summary>Lengths that differ from 4 rows of 3 channels by what the function says.</summary>
    private static void Refuse(Func<int, int> wrong)
    {
        float[] Rows(int operand) => new float[12 + wrong(operand)];
        float[] Channels(int operand) => new float[3 + wrong(operand)];
        using var fast = new CpuBackend(1);
        foreach (var backend in new ITrainingBackend[] { Backends.Reference, fast })
        {
            if (Enumerable.Range(0, 6).Any(i => wrong(i) != 0))
                Assert.Throws<ArgumentException>(() =>
                    backend.BatchNorm(Rows(0), Channels(1), Channels(2), 0, Rows(3), Channels(4), Channels(5))
                );
            if (Enumerable.Range(0, 6).Any(i => wrong(i) > 0))
                Assert.Throws<ArgumentException>(() =>
                    backend.BatchNormWith(Rows(0), Channels(1), Channels(2), 0, Channels(4), Channels(5), Rows(3))
                );
            if (Enumerable.Range(0, 9).Any(i => i != 2 && wrong(i) != 0))
                Assert.Throws<ArgumentException>(() =>
                    backend.BatchNormBackward(
                        Rows(0),
                        Channels(1),
                        0,
                        Channels(4),
                        Channels(5),
                        Rows(3),
                        Rows(6),
                        Channels(7),
                        Channels(8)
                    )
                );
        }
    }

    private static double[] Formula(double[] x, double[] weight, double[] bias)
    {
        int channels = weight.Length;
        var result = new double[x.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            double[] column = [.. x.Where((_, i) => i % channels == channel)];
            double mean = column.Average();
            double variance = column.Average(value => (value - mean) * (value - mean));
            for (int row = 0; row < column.Length; row++)
                result[row * channels + channel] =
                    (column[row] - mean) / Math.Sqrt(variance + Epsilon) * weight[channel] + bias[channel];
        }
        return result;
    }

    private sealed class Batch(int rows, int channels)
    {
        public float[] Input { get; } = [.. Randoms.Floats(rows * channels, 1, 3).Select(x => x + 1)];

        public float[] Weight { get; } = Randoms.Floats(channels, 2);

        public float[] Bias { get; } = Randoms.Floats(channels, 3);

        public float[] Gradient { get; } = Randoms.Floats(rows * channels, 4);

        /// <summary>Output, means and variances.</summary>
        public float[] Forward(ITrainingBackend backend)
        {
            var (output, mean, variance) = (new float[Input.Length], new float[channels], new float[channels]);
            backend.BatchNorm(Input, Weight, Bias, Epsilon, output, mean, variance);
            return [.. output, .. mean, .. variance];
        }

        /// <summary>Output under the weight and a square of the bias as statistics.</summary>
        public float[] Infer(ITrainingBackend backend)
        {
            var output = new float[Input.Length];
            float[] variances = [.. Bias.Select(x => x * x + 0.1f)];
            backend.BatchNormWith(Input, Weight, Bias, Epsilon, Weight, variances, output);
            return output;
        }

        /// <summary>Gradients of the input, of the weight and of the bias, the latter two added to themselves.</summary>
        public float[] Backward(ITrainingBackend backend, bool inPlace = false)
        {
            var (mean, variance) = (new float[channels], new float[channels]);
            backend.BatchNorm(Input, Weight, Bias, Epsilon, new float[Input.Length], mean, variance);
            float[] given = [.. Gradient];
            float[] result = inPlace ? given : new float[Input.Length];
            float[] weight = [.. Weight];
            float[] bias = [.. Bias];
            backend.BatchNormBackward(Input, Weight, Epsilon, mean, variance, given, result, weight, bias);
            return [.. result, .. weight, .. bias];
        }
    }
}
