// Operands of training that do not fit are refused by both backends before any memory is touched.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class OperandTests
{
    [Fact]
    public void Products_that_do_not_fit_are_refused()
    {
        Refuse<ArgumentException>(b => b.Product(Matrix(6, 3), Matrix(8, 2), new float[4], false));
        Refuse<ArgumentException>(b => b.Product(Matrix(6, 3), Matrix(6, 2), new float[5], false));
        Assert.Throws<ArgumentException>(() => Matrix(7, 3).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => Matrix(7, 0).Rows);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        Refuse<ArgumentException>(b => b.ScatterAdd(new float[5], [0, 1], new float[6], 3));
        Refuse<ArgumentOutOfRangeException>(b => b.ScatterAdd(new float[6], [0, 2], new float[6], 3));
        Refuse<ArgumentOutOfRangeException>(b => b.ScatterAdd(new float[6], [-1, 0], new float[6], 3));
        Refuse<ArgumentOutOfRangeException>(b => b.ScatterAdd([], [], new float[6], 0));
        Refuse<ArgumentException>(b => b.AddColumnSums(new float[7], new float[3]));
        Refuse<ArgumentException>(b => b.AddColumnSums([], []));
        Refuse<ArgumentException>(b => RmsNorm(b, 7, 3, 7, 7, 3));
        Refuse<ArgumentException>(b => RmsNorm(b, 6, 3, 5, 6, 3));
        Refuse<ArgumentException>(b => RmsNorm(b, 6, 3, 6, 5, 3));
        Refuse<ArgumentException>(b => RmsNorm(b, 6, 3, 6, 6, 2));
    }

    [Fact]
    public void Gates_that_do_not_fit_or_have_no_gradient_are_refused()
    {
        foreach (int wrong in Enumerable.Range(0, 5))
        {
            int Length(int operand) => operand == wrong ? 3 : 4;
            Refuse<ArgumentException>(b =>
                b.GateBackward(
                    new float[Length(0)],
                    new float[Length(1)],
                    new float[Length(2)],
                    new float[Length(3)],
                    new float[Length(4)],
                    Activation.Silu
                )
            );
        }
        Refuse<ArgumentException>(b => b.ActivateBackward(new float[3], new float[4], Activation.Relu));
        foreach (var activation in new[] { Activation.GeluErf, Activation.ClippedSwiglu, (Activation)99 })
        {
            float[] x = new float[4];
            Refuse<NotSupportedException>(b => b.ActivateBackward(x, x, activation));
            Refuse<NotSupportedException>(b => b.GateBackward(x, x, x, x, x, activation));
        }
    }

    [Theory]
    [InlineData(new[] { 1, 3 }, 2, 1, 4)] // rows before the first sequence
    [InlineData(new[] { 3 }, 2, 1, 4)] // rows of no sequence
    [InlineData(new[] { 0, 4, 3 }, 2, 1, 4)] // a sequence that ends before it begins
    [InlineData(new[] { 0, 3 }, 3, 2, 4)] // heads that do not share
    [InlineData(new[] { 0, 3 }, 2, 0, 4)]
    [InlineData(new[] { 0, 3 }, 0, 1, 4)]
    [InlineData(new[] { 0, 3 }, 2, 1, 0)]
    [InlineData(new[] { 0, 2 }, 2, 1, 4)] // fewer rows than the operands have
    public void Sequences_that_do_not_fit_are_refused(int[] starts, int heads, int kvHeads, int headDim)
    {
        int queries = 3 * heads * headDim;
        int keys = 3 * kvHeads * headDim;
        CausalAttentionInput Input() =>
            new()
            {
                Query = new float[queries],
                Keys = new float[keys],
                Values = new float[keys],
                Starts = starts,
                Heads = heads,
                KvHeads = kvHeads,
                HeadDim = headDim,
                Scale = 1,
            };
        Refuse<ArgumentException>(b => b.CausalAttention(Input(), new float[queries]));
        Refuse<ArgumentException>(b =>
            b.CausalAttentionBackward(Input(), new float[queries], new float[queries], new float[keys], new float[keys])
        );
    }

    [Fact]
    public void Gradients_of_attention_that_do_not_fit_are_refused()
    {
        var attention = new AttentionCase([0, 3], 2, 1, 4);
        Refuse<ArgumentException>(b => b.CausalAttention(attention.Input(), new float[23]));
        foreach (int wrong in Enumerable.Range(0, 4))
        {
            int Length(int operand, int right) => operand == wrong ? right - 1 : right;
            Refuse<ArgumentException>(b =>
                b.CausalAttentionBackward(
                    attention.Input(),
                    new float[Length(0, 24)],
                    new float[Length(1, 24)],
                    new float[Length(2, 12)],
                    new float[Length(3, 12)]
                )
            );
        }
    }

    [Fact]
    public void Log_probabilities_that_do_not_fit_are_refused()
    {
        Refuse<ArgumentException>(b => Forward(b, 7, [0, 1], 2, 2, 0));
        Refuse<ArgumentException>(b => Forward(b, 6, [0, 1], 1, 2, 0));
        Refuse<ArgumentException>(b => Forward(b, 6, [0, 1], 2, 3, 0));
        Refuse<ArgumentException>(b => Forward(b, 6, [0, 1], 2, 2, 1));
        Refuse<ArgumentException>(b => Forward(b, 6, [], 0, 0, 0));
        Refuse<ArgumentOutOfRangeException>(b => Forward(b, 6, [0, 3], 2, 2, 2));
        Refuse<ArgumentOutOfRangeException>(b => Forward(b, 6, [-1, 0], 2, 2, 2));
        Refuse<ArgumentOutOfRangeException>(b => Forward(b, 0, [0, 0], 2, 2, 2));
        Refuse<ArgumentException>(b => Backward(b, 7, [0, 1], 2, 2, 0, 0));
        Refuse<ArgumentException>(b => Backward(b, 6, [0, 1], 1, 2, 0, 0));
        Refuse<ArgumentException>(b => Backward(b, 6, [0, 1], 2, 1, 0, 0));
        Refuse<ArgumentException>(b => Backward(b, 6, [0, 1], 2, 2, 2, 0));
        Refuse<ArgumentException>(b => Backward(b, 6, [0, 1], 2, 2, 1, 1));
        Refuse<ArgumentOutOfRangeException>(b => Backward(b, 6, [0, 3], 2, 2, 0, 0));
    }

    private static void Refuse<TException>(Action<ITrainingBackend> call)
        where TException : Exception
    {
        Assert.Throws<TException>(() => call(Backends.Reference));
        using var backend = new CpuBackend(1);
        Assert.Throws<TException>(() => call(backend));
    }

    private static MatrixView Matrix(int length, int columns) => MatrixView.Of(new float[length], columns);

    private static void RmsNorm(ITrainingBackend backend, int input, int weight, int gradient, int result, int sums) =>
        backend.RmsNormBackward(
            new float[input],
            new float[weight],
            0,
            new float[gradient],
            new float[result],
            new float[sums]
        );

    private static void Forward(
        ITrainingBackend backend,
        int logits,
        int[] tokens,
        int results,
        int sums,
        int entropies
    ) =>
        backend.LogProbabilities(new float[logits], tokens, new float[results], new double[sums], new float[entropies]);

    private static void Backward(
        ITrainingBackend backend,
        int logits,
        int[] tokens,
        int sums,
        int factors,
        int entropies,
        int entropyFactors
    ) =>
        backend.LogProbabilitiesBackward(
            new float[logits],
            tokens,
            new double[sums],
            new float[factors],
            new float[entropies],
            new float[entropyFactors]
        );
}
