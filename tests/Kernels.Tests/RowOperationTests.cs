// Norms, rotary embedding, cache stores and element-wise operations against the reference, on odd sizes and all tiers.
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

public class RowOperationTests
{
    public static TheoryData<int, int> Shapes =>
        new()
        {
            { 1, 1 },
            { 3, 5 },
            { 2, 16 },
            { 7, 33 },
            { 1, 2048 },
            { 40, 1030 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Norms_agree_with_the_reference(int rows, int width)
    {
        float[] input = Randoms.Floats(rows * width, 1, 3);
        float[] weight = Randoms.Floats(width, 2);
        float[] bias = Randoms.Floats(width, 3);
        Check(input, (backend, x) => backend.RmsNorm(x, weight, 1e-5f, x), 2e-6f, 1e-6f);
        Check(input, (backend, x) => backend.LayerNorm(x, weight, bias, 1e-5f, x), 1e-5f, 2e-5f);
        Check(input, (backend, x) => backend.LayerNorm(x, weight, [], 1e-5f, x), 1e-5f, 2e-5f);
    }

    [Theory]
    [InlineData(RopeStyle.Interleaved, 3, 10, 4)]
    [InlineData(RopeStyle.HalfSplit, 3, 10, 4)]
    [InlineData(RopeStyle.Interleaved, 8, 64, 32)]
    [InlineData(RopeStyle.HalfSplit, 8, 128, 64)]
    [InlineData(RopeStyle.HalfSplit, 1, 96, 24)]
    public void Rope_agrees_with_the_reference(RopeStyle style, int heads, int headDim, int pairs)
    {
        float[] frequencies = [.. Enumerable.Range(0, pairs).Select(i => MathF.Pow(10000, -(float)i / pairs))];
        // Far apart, the same in many rows, and none.
        foreach (
            int[] positions in (int[][])
                [
                    [0, 1, 77, 131071, 5],
                    [40, 41, 42, 40, 41, 42, 42, 41, 41],
                    [],
                ]
        )
        {
            float[] input = Randoms.Floats(positions.Length * heads * headDim, 1);
            Check(input, (b, x) => b.Rope(x, positions, heads, headDim, frequencies, 1.2f, style), 1e-6f, 1e-6f);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(40001)]
    public void Element_wise_operations_agree_with_the_reference(int length)
    {
        float[] input = Randoms.Floats(length, 1, 12);
        float[] other = Randoms.Floats(length, 2, 9);
        Check(input, (backend, x) => backend.Add(x, other, x), 1e-7f, 0);
        Check(input, (backend, x) => backend.AddScaled(x, other, 0.3f), 1e-7f, 0);
        Check(input, (backend, x) => ((ITrainingBackend)backend).Blend(x, 0.95f, other, -0.3f), 2e-7f, 1e-6f);
        Check(input, (backend, x) => backend.Scale(x, -1.7f), 0, 0);
        Check(input, (backend, x) => backend.SoftCap(x, 3), 4e-7f, 0);
        foreach (var activation in Enum.GetValues<Activation>())
        {
            float absolute = activation == Activation.GeluErf ? 2e-7f : 1e-9f;
            Check(input, (backend, x) => backend.Gate(x, other, x, activation), 3e-6f, absolute);
            if (activation != Activation.ClippedSwiglu)
                Check(input, (backend, x) => backend.Activate(x, x, activation), 3e-6f, absolute);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(40001)]
    public void A_result_goes_where_it_is_wanted_and_the_operands_stay(int length)
    {
        float[] x = Randoms.Floats(length, 1, 12);
        float[] y = Randoms.Floats(length, 2, 9);
        float[] sum = Backends.SameBits(backend => Into((x, y, z) => backend.Add(x, y, z)));
        Assert.Equal(x.Zip(y, (a, b) => a + b), sum);
        float[] gated = Backends.SameBits(backend => Into((x, y, z) => backend.Gate(x, y, z, Activation.Silu)));
        Assert.Equal(Backends.SameBits(b => Apply(b, x, (b, x) => b.Gate(x, y, x, Activation.Silu))), gated);
        float[] active = Backends.SameBits(backend => Into((x, _, z) => backend.Activate(x, z, Activation.Silu)));
        Assert.Equal(Backends.SameBits(b => Apply(b, x, (b, x) => b.Activate(x, x, Activation.Silu))), active);
        Assert.Equal(Randoms.Floats(length, 1, 12), x);
        Assert.Equal(Randoms.Floats(length, 2, 9), y);

        float[] Into(Action<float[], float[], float[]> operation)
        {
            var result = new float[length];
            operation(x, y, result);
            return result;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 50)]
    [InlineData(90, 1000)]
    public void A_bias_is_added_to_every_row(int rows, int width)
    {
        float[] bias = Randoms.Floats(width, 2);
        Check(Randoms.Floats(rows * width, 1), (backend, x) => backend.AddBias(x, bias), 0, 0);
    }

    [Fact]
    public void Extreme_inputs_give_limits_and_not_numbers_stay()
    {
        float[] input = [-1000, -100, -88, 0, 88, 100, 1000, float.NaN, float.PositiveInfinity];
        float[] silu = Backends.SameBits(backend => Apply(backend, input, (b, x) => b.Activate(x, x, Activation.Silu)));
        Backends.AssertClose([0, 0, 0, 0, 88, 100, 1000], silu.AsSpan(0, 7), 1e-6f, 1e-30f);
        Assert.Equal(float.NaN, silu[7]);
        Assert.Equal(float.PositiveInfinity, silu[8]);
        float[] capped = Backends.SameBits(backend => Apply(backend, input, (b, x) => b.SoftCap(x, 2)));
        Backends.AssertClose([-2, -2, -2, 0, 2, 2, 2], capped.AsSpan(0, 7), 1e-6f, 0);
        Assert.Equal(float.NaN, capped[7]);
        Assert.Equal(2, capped[8]);
    }

    [Theory]
    [InlineData(DType.F32, 64)]
    [InlineData(DType.F16, 64)]
    [InlineData(DType.F16, 13)]
    [InlineData(DType.BF16, 64)]
    [InlineData(DType.BF16, 13)]
    [InlineData(DType.Q8_0, 64)]
    public void Stored_rows_are_what_the_reference_stores(DType type, int headDim)
    {
        const int Slots = 12;
        float[] rows = Randoms.Floats(5 * 2 * headDim, 1, 1e-4f);
        (rows[0], rows[1], rows[2], rows[3], rows[4]) = (70000, 65519.99f, -65520, 1e-8f, float.NegativeInfinity);
        int[] slots = [11, 0, 4, 3, 7];
        long vector = type.RowBytes(headDim) + 2;
        byte[] Store(IBackend backend)
        {
            using var memory = new AlignedMemory(Slots * (2 * vector + 6));
            long headStride = 3 * vector + 4;
            var cache = new KvView(memory.Address, type, 2 * headStride + 8, headStride, vector, 3, 2, headDim);
            backend.StoreKv(rows, cache, slots);
            return memory.Slice(0, (int)memory.Length).ToArray();
        }
        byte[] expected = Store(Backends.Reference);
        using var backend = new CpuBackend(2);
        Assert.Equal(expected, Store(backend));
    }

    [Fact]
    public void Stored_blocks_are_those_of_the_quantizer_or_not_a_number()
    {
        const int Blocks = 300;
        float[] rows = Randoms.Floats(Blocks * 32, 5);
        for (int i = 0; i < rows.Length; i++)
            rows[i] *= MathF.ScaleB(1, i / 32 % 280 - 160); // from subnormal blocks to scales that no half holds
        for (int i = 0; i < 32; i++)
        {
            rows[i] = i == 3 ? -127 : i - 15.5f; // halves, which round away from zero
            rows[32 + i] = i % 2 == 0 ? 0 : -0f;
            rows[64 + i] = float.MaxValue;
            rows[96 + i] = float.Epsilon;
        }
        rows[160] = float.NaN;
        rows[200] = float.NegativeInfinity;
        using var memory = new AlignedMemory(Blocks * 34);
        var cache = new KvView(memory.Address, DType.Q8_0, 34, 34, 34, 1, 1, 32);
        using var backend = new CpuBackend(2);
        backend.StoreKv(rows, cache, [.. Enumerable.Range(0, Blocks)]);
        for (int block = 0; block < Blocks; block++)
        {
            var stored = memory.Slice(block * 34, 34);
            if (block is 5 or 6)
            {
                Assert.True(Half.IsNaN(BitConverter.ToHalf(stored)), $"block {block}");
                continue;
            }
            var expected = new byte[34];
            Quantizer.Row(DType.Q8_0, rows.AsSpan(block * 32, 32), expected);
            Assert.Equal(expected, stored.ToArray());
        }
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        using var backend = new CpuBackend(1);
        Assert.Throws<ArgumentException>(() => backend.Add(new float[3], new float[4], new float[3]));
        Assert.Throws<ArgumentException>(() => backend.Add(new float[3], new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => backend.Gate(new float[3], new float[3], new float[4], Activation.Silu));
        Assert.Throws<ArgumentException>(() => backend.AddBias(new float[7], new float[4]));
        Assert.Throws<ArgumentException>(() => backend.RmsNorm(new float[8], new float[4], 0, new float[7]));
        Assert.Throws<ArgumentException>(() => backend.RmsNorm(new float[8], [], 0, new float[8]));
        Assert.Throws<ArgumentException>(() =>
            backend.LayerNorm(new float[8], new float[4], new float[3], 0, new float[8])
        );
        Assert.Throws<ArgumentException>(() =>
            backend.Rope(new float[8], [1], 1, 8, new float[5], 1, RopeStyle.HalfSplit)
        );
        Assert.Throws<ArgumentException>(() => backend.Activate(new float[8], new float[8], Activation.ClippedSwiglu));
        Assert.Throws<ArgumentOutOfRangeException>(() => backend.Activate(new float[8], new float[8], (Activation)99));
    }

    private delegate void Operation(IBackend backend, Span<float> x);

    private static float[] Apply(IBackend backend, float[] input, Operation operation)
    {
        float[] x = [.. input];
        operation(backend, x);
        return x;
    }

    private static void Check(float[] input, Operation operation, float relative, float absolute)
    {
        float[] expected = Apply(Backends.Reference, input, operation);
        float[] actual = Backends.SameBits(backend => Apply(backend, input, operation));
        Backends.AssertClose(expected, actual, relative, absolute);
    }
}
