// The gradients of row-wise and element-wise operations: against differences, and against the reference on larger shapes.
namespace Tern.Kernels.Tests.Training;

public class RowGradientTests
{
    private const float Epsilon = 1e-3f;

    private static readonly Activation[] s_differentiable = [Activation.Silu, Activation.GeluTanh, Activation.Relu];

    public static TheoryData<int, int> SmallShapes =>
        new()
        {
            { 0, 3 },
            { 1, 1 },
            { 4, 1 },
            { 3, 5 },
            { 2, 16 },
            { 5, 17 },
            { 1, 33 },
            { 2, 65 },
        };

    public static TheoryData<int, int> LargeShapes =>
        new()
        {
            { 1, 1 },
            { 300, 3 },
            { 40, 1030 },
            { 7, 4097 },
            { 1000, 64 },
        };

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void The_norm_changes_by_its_input_and_its_weight_as_differences_say(int rows, int width)
    {
        float[] input = Randoms.Floats(rows * width, 1, 2);
        float[] weight = Randoms.Floats(width, 2);
        float[] gradient = Randoms.Floats(rows * width, 3);
        float[] before = Randoms.Floats(width, 4);
        double[] x = Differences.Double(input);
        double[] w = Differences.Double(weight);
        double[] inputs = Differences.Of(x => Differences.Dot(RmsNorm(x, w), gradient), x);
        double[] weights = Differences.Of(w => Differences.Dot(RmsNorm(x, w), gradient), w);
        for (int i = 0; i < width; i++)
            weights[i] += before[i];
        Differences.Check(
            [.. inputs, .. weights],
            backend => RmsNormBackward(backend, input, weight, gradient, before),
            1e-5f
        );
    }

    [Theory]
    [MemberData(nameof(LargeShapes))]
    public void The_gradient_of_the_norm_is_that_of_the_reference(int rows, int width)
    {
        float[] input = Randoms.Floats(rows * width, 1, 2);
        float[] weight = Randoms.Floats(width, 2);
        float[] gradient = Randoms.Floats(rows * width, 3);
        float[] before = Randoms.Floats(width, 4);
        Differences.CheckReference(backend => RmsNormBackward(backend, input, weight, gradient, before), 1e-5f, 2e-5f);
    }

    [Fact]
    public void The_gradient_of_the_norm_may_be_written_over_the_one_it_is_made_of()
    {
        (int rows, int width) = (5, 37);
        float[] input = Randoms.Floats(rows * width, 1);
        float[] weight = Randoms.Floats(width, 2);
        float[] gradient = Randoms.Floats(rows * width, 3);
        float[] Compute(ITrainingBackend backend, float[] result)
        {
            float[] given = [.. gradient];
            float[] target = result.Length == 0 ? given : result;
            float[] weights = new float[width];
            backend.RmsNormBackward(input, weight, Epsilon, given, target, weights);
            return [.. target, .. weights];
        }
        float[] apart = Backends.SameBits(backend => Compute(backend, new float[rows * width]));
        Backends.AssertBits(apart, Backends.SameBits(backend => Compute(backend, [])), "in place");
        Backends.AssertBits(
            Compute(Backends.Reference, new float[rows * width]),
            Compute(Backends.Reference, []),
            "reference"
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(47)]
    public void Activations_and_gates_change_as_differences_say(int length)
    {
        float[] gate = Randoms.Floats(length, 1, 5);
        float[] up = Randoms.Floats(length, 2, 2);
        float[] gradient = Randoms.Floats(length, 3);
        foreach (var activation in s_differentiable)
        {
            double[] x = Differences.Double(gate);
            double[] slopes = Differences.Of(
                x => Differences.Dot(Array.ConvertAll(x, v => Apply(v, activation)), gradient),
                x
            );
            Differences.Check(slopes, backend => ActivateBackward(backend, gate, gradient, activation), 3e-6f);

            double[] gates = [.. slopes.Select((slope, i) => slope * up[i])];
            double[] ups = [.. gradient.Select((change, i) => change * Apply(gate[i], activation))];
            Differences.Check(
                [.. gates, .. ups],
                backend => GateBackward(backend, gate, up, gradient, activation, inPlace: false),
                1e-5f
            );
        }
    }

    [Theory]
    [InlineData(15)]
    [InlineData(40001)]
    public void The_gradients_of_activations_and_gates_are_those_of_the_reference_also_in_place(int length)
    {
        float[] gate = Randoms.Floats(length, 1, 12);
        (gate[0], gate[1], gate[2], gate[3]) = (0, -0f, 90, -90);
        float[] up = Randoms.Floats(length, 2, 2);
        float[] gradient = Randoms.Floats(length, 3);
        foreach (var activation in s_differentiable)
        {
            Differences.CheckReference(b => ActivateBackward(b, gate, gradient, activation), 3e-6f, 2e-6f);
            Differences.CheckReference(b => GateBackward(b, gate, up, gradient, activation, false), 3e-6f, 4e-6f);
            float[] apart = Backends.SameBits(b => GateBackward(b, gate, up, gradient, activation, false));
            float[] inPlace = Backends.SameBits(b => GateBackward(b, gate, up, gradient, activation, true));
            Backends.AssertBits(apart, inPlace, activation.ToString());
        }
    }

    [Fact]
    public void Relu_has_no_slope_at_zero_and_below()
    {
        float[] x = [-1, -0f, 0, float.Epsilon, 2];
        float[] Slopes(ITrainingBackend backend) => ActivateBackward(backend, x, [1, 1, 1, 1, 1], Activation.Relu);
        Assert.Equal([0, 0, 0, 1, 1], Slopes(Backends.Reference));
        Assert.Equal([0, 0, 0, 1, 1], Backends.SameBits(Slopes));
    }

    [Theory]
    [MemberData(nameof(LargeShapes))]
    public void Sums_over_rows_are_those_of_the_reference_bit_for_bit(int rows, int width)
    {
        const int TableRows = 5;
        float[] gradient = Randoms.Floats(rows * width, 1);
        float[] table = Randoms.Floats(TableRows * width, 2);
        int[] ids = [.. Enumerable.Range(0, rows).Select(row => row * row % TableRows)];
        float[] Scatter(ITrainingBackend backend)
        {
            float[] sums = [.. table];
            backend.ScatterAdd(gradient, ids, sums, width);
            return sums;
        }
        float[] Columns(ITrainingBackend backend)
        {
            float[] sums = table[..width];
            backend.AddColumnSums(gradient, sums);
            return sums;
        }
        Backends.AssertBits(Scatter(Backends.Reference), Backends.SameBits(Scatter), "rows by their ids");
        Backends.AssertBits(Columns(Backends.Reference), Backends.SameBits(Columns), "columns");

        double[] expected = Differences.Double(table);
        for (int i = 0; i < gradient.Length; i++)
            expected[ids[i / width] * width + i % width] += gradient[i];
        Backends.AssertClose(Differences.Single(expected), Scatter(Backends.Reference), 1e-5f, 2e-5f);
    }

    private static double[] RmsNorm(double[] x, double[] weight)
    {
        int width = weight.Length;
        var result = new double[x.Length];
        for (int start = 0; start < x.Length; start += width)
        {
            double squares = 0;
            for (int i = 0; i < width; i++)
                squares += x[start + i] * x[start + i];
            for (int i = 0; i < width; i++)
                result[start + i] = x[start + i] / Math.Sqrt(squares / width + Epsilon) * weight[i];
        }
        return result;
    }

    private static double Apply(double x, Activation activation) =>
        activation switch
        {
            Activation.Silu => x / (1 + Math.Exp(-x)),
            Activation.GeluTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * Math.Pow(x, 3)))),
            _ => Math.Max(x, 0),
        };

    private static float[] RmsNormBackward(
        ITrainingBackend backend,
        float[] input,
        float[] weight,
        float[] gradient,
        float[] before
    )
    {
        float[] inputs = new float[input.Length];
        float[] weights = [.. before];
        backend.RmsNormBackward(input, weight, Epsilon, gradient, inputs, weights);
        return [.. inputs, .. weights];
    }

    private static float[] ActivateBackward(
        ITrainingBackend backend,
        float[] x,
        float[] gradient,
        Activation activation
    )
    {
        float[] result = [.. gradient];
        backend.ActivateBackward(x, result, activation);
        return result;
    }

    private static float[] GateBackward(
        ITrainingBackend backend,
        float[] gate,
        float[] up,
        float[] gradient,
        Activation activation,
        bool inPlace
    )
    {
        float[] given = [.. gradient];
        float[] gates = inPlace ? given : new float[gate.Length];
        float[] ups = new float[gate.Length];
        backend.GateBackward(gate, up, given, gates, ups, activation);
        return [.. gates, .. ups];
    }
}
