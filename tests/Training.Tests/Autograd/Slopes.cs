// Owns the comparison of an operation on the tape with its formula in double precision: values, and gradients with slopes.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;

namespace Tern.Training.Tests.Autograd;

internal static class Slopes
{
    /// <summary>Random numbers.</summary>
    public static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    /// <summary>Checks an operation on variables and parameters.</summary>
    /// <param name="variables">Shapes of the variables.</param>
    /// <param name="parameters">Shapes of the parameters.</param>
    /// <param name="operation">On the tape.</param>
    /// <param name="formula">The same of all elements, those of variables first.</param>
    public static void Check(
        long[][] variables,
        long[][] parameters,
        Func<Tape, Variable[], Parameter[], Variable> operation,
        Func<double[][], double[]> formula
    )
    {
        using var backend = new CpuBackend(2);
        using var pool = new TensorPool();
        using var tape = new Tape(backend, pool);
        var values = variables.Concat(parameters).Select((shape, i) => Random(Count(shape), seed: i + 1)).ToArray();
        var inputs = variables.Select((shape, i) => tape.Input(values[i], shape, needsGradient: true)).ToArray();
        var trained = parameters
            .Select(
                (shape, i) =>
                {
                    var parameter = new Parameter($"parameter {i}", shape);
                    values[variables.Length + i].CopyTo(parameter.Values);
                    return parameter;
                }
            )
            .ToArray();
        var result = operation(tape, inputs, trained);
        var wide = Array.ConvertAll(values, part => Array.ConvertAll(part, value => (double)value));
        var expected = formula(wide);
        Assert.Equal(expected.Length, result.Values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], result.Values[i], 2e-5);

        float[] seed = Random(expected.Length, seed: 99);
        tape.Seed(result, seed);
        tape.Backward();
        float[][] gradients =
        [
            .. inputs.Select(input => input.Gradient.ToArray()),
            .. trained.Select(parameter => parameter.Gradients.ToArray()),
        ];
        for (int part = 0; part < wide.Length; part++)
        {
            double scale = gradients[part].Max(MathF.Abs);
            for (int i = 0; i < wide[part].Length; i++)
            {
                const double Step = 1e-5;
                double before = wide[part][i];
                wide[part][i] = before + Step;
                double above = Weighted(formula(wide), seed);
                wide[part][i] = before - Step;
                double below = Weighted(formula(wide), seed);
                wide[part][i] = before;
                double slope = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(slope - gradients[part][i]) <= 1e-4 * scale + 1e-6,
                    $"operand {part}, element {i}: gradient {gradients[part][i]}, slope {slope}"
                );
            }
        }
        tape.Reset();
        Assert.Equal(0, pool.LentBytes);
    }

    private static double Weighted(double[] values, float[] seed) => values.Zip(seed, (v, s) => v * s).Sum();

    private static int Count(long[] shape) => (int)shape.Aggregate(1L, (a, b) => a * b);
}
