// Optimizers against their formulas in double precision, over several steps.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Optimizers;

namespace Tern.Training.Tests.Optimizers;

public sealed class OptimizerFormulaTests
{
    private const int Steps = 5;

    [Fact]
    public void AdamW_follows_its_formula_and_pulls_only_matrices()
    {
        var options = new AdamW.Options
        {
            Beta1 = 0.8f,
            Beta2 = 0.9f,
            Epsilon = 1e-6f,
            WeightDecay = 0.3f,
        };
        foreach (
            long[] shape in (long[][])
                [
                    [3, 7],
                    [21],
                ]
        )
        {
            double decay = shape.Length > 1 ? options.WeightDecay : 0;
            double[] means = new double[21];
            double[] squares = new double[21];
            Check(
                shape,
                parameter => new AdamW([parameter], options),
                (value, gradient, i, rate, step) =>
                {
                    means[i] = options.Beta1 * means[i] + (1 - options.Beta1) * gradient;
                    squares[i] = options.Beta2 * squares[i] + (1 - options.Beta2) * gradient * gradient;
                    double mean = means[i] / (1 - Math.Pow(options.Beta1, step));
                    double square = squares[i] / (1 - Math.Pow(options.Beta2, step));
                    return value - rate * decay * value - rate * mean / (Math.Sqrt(square) + options.Epsilon);
                }
            );
        }
    }

    [Fact]
    public void Sgd_follows_its_formula()
    {
        var options = new Sgd.Options { Momentum = 0.7f, WeightDecay = 0.2f };
        double[] velocities = new double[21];
        Check(
            [3, 7],
            parameter => new Sgd([parameter], options),
            (value, gradient, i, rate, _) =>
            {
                velocities[i] = options.Momentum * velocities[i] + gradient + options.WeightDecay * value;
                return value - rate * velocities[i];
            }
        );
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    [InlineData(5, 5)]
    [InlineData(70, 150)]
    [InlineData(140, 66)]
    public void Muon_follows_its_formula(int rows, int columns)
    {
        using var backend = new CpuBackend(2);
        var options = new Muon.Options { Momentum = 0.6f, WeightDecay = 0.1f };
        var parameter = new Parameter("weight", rows, columns);
        Fill(parameter.Values, seed: 1);
        double[] values = Widen(parameter.Values);
        double[] momentum = new double[values.Length];
        var muon = new Muon(backend, [parameter], options);
        for (int step = 1; step <= Steps; step++)
        {
            Fill(parameter.Gradients, seed: 10 + step);
            float rate = 0.01f * step;
            double[] gradient = Widen(parameter.Gradients);
            for (int i = 0; i < momentum.Length; i++)
                momentum[i] = options.Momentum * momentum[i] + gradient[i];
            double[] look = [.. gradient.Zip(momentum, (g, m) => g + options.Momentum * m)];
            double[] direction = Orthogonal(look, rows, columns);
            double scale = rate * 0.2 * Math.Sqrt(Math.Max(rows, columns));
            for (int i = 0; i < values.Length; i++)
                values[i] = values[i] * (1 - rate * options.WeightDecay) - scale * direction[i];
            muon.Step(rate, step);
            AssertClose(values, parameter.Values, 2e-5);
        }
    }

    [Fact]
    public void Muon_refuses_what_is_no_matrix()
    {
        using var backend = new CpuBackend(1);
        var vector = new Parameter("blk.0.attn_norm.weight", 4);
        var error = Assert.Throws<ArgumentException>(() => new Muon(backend, [vector], new Muon.Options()));
        Assert.Contains("blk.0.attn_norm.weight", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1003)]
    public void The_square_sum_is_that_of_every_value(int length)
    {
        var random = new Random(length);
        float[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
        Assert.Equal(values.Sum(value => (double)value * value), SquareSum.Of(values), 1e-12);
    }

    [Fact]
    public void Gradients_are_clipped_to_the_limit_and_only_above_it()
    {
        using var backend = new CpuBackend(1);
        var one = new Parameter("one", 2);
        var other = new Parameter("other", 1);
        (one.Gradients[0], one.Gradients[1], other.Gradients[0]) = (2, -1, 2);
        Assert.Equal(3, GradientNorm.Clip(backend, [one, other], limit: 0), 1e-12);
        Assert.Equal(3, GradientNorm.Clip(backend, [one, other], limit: 3), 1e-12);
        Assert.Equal([2f, -1f], one.Gradients.ToArray());
        Assert.Equal(3, GradientNorm.Clip(backend, [one, other], limit: 1.5f), 1e-12);
        Assert.Equal([1f, -0.5f], one.Gradients.ToArray());
        Assert.Equal(1, other.Gradients[0]);
    }

    /// <summary>Five steps of X ← aX + (bG + cG²)X, G = XXᵀ, on X over its norm; the reference always takes G from the left.</summary>
    private static double[] Orthogonal(double[] matrix, int rows, int columns)
    {
        double norm = Math.Sqrt(matrix.Sum(v => v * v));
        double[] x = Array.ConvertAll(matrix, v => v / norm);
        for (int i = 0; i < 5; i++)
        {
            double[] gram = Multiply(x, Transposed(x, rows, columns), rows, columns, rows);
            double[] squared = Multiply(gram, gram, rows, rows, rows);
            double[] polynomial = [.. gram.Zip(squared, (g, s) => -4.7750 * g + 2.0315 * s)];
            double[] change = Multiply(polynomial, x, rows, rows, columns);
            x = [.. x.Zip(change, (v, c) => 3.4445 * v + c)];
        }
        return x;
    }

    private static double[] Transposed(double[] x, int rows, int columns) =>
        [.. Enumerable.Range(0, x.Length).Select(i => x[i % rows * columns + i / rows])];

    private static double[] Multiply(double[] x, double[] y, int rows, int inner, int columns) =>
        [
            .. Enumerable
                .Range(0, rows * columns)
                .Select(i =>
                    Enumerable.Range(0, inner).Sum(l => x[i / columns * inner + l] * y[l * columns + i % columns])
                ),
        ];

    private static void Check(
        long[] shape,
        Func<Parameter, IOptimizer> create,
        Func<double, double, int, double, int, double> formula
    )
    {
        var parameter = new Parameter("weight", shape);
        Fill(parameter.Values, seed: 1);
        double[] values = Widen(parameter.Values);
        var optimizer = create(parameter);
        for (int step = 1; step <= Steps; step++)
        {
            Fill(parameter.Gradients, seed: 10 + step);
            float rate = 0.01f * step;
            for (int i = 0; i < values.Length; i++)
                values[i] = formula(values[i], parameter.Gradients[i], i, rate, step);
            optimizer.Step(rate, step);
            AssertClose(values, parameter.Values, 1e-6);
        }
    }

    private static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in values)
            value = (float)(2 * random.NextDouble() - 1);
    }

    private static double[] Widen(Span<float> values) => Array.ConvertAll(values.ToArray(), value => (double)value);

    private static void AssertClose(double[] expected, Span<float> actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
