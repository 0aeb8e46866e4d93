// Matrix products: every weight type against the reference, and the promise that a row's bits depend on nothing else.
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

public class MatMulTests
{
    public static TheoryData<DType> Types => [.. Randoms.RealTypes];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_agrees_with_the_reference_and_every_tier_and_thread_count_gives_the_same_bits(DType type)
    {
        // Several slabs of 512 with a partial one; outputs that fill neither a panel nor a tile.
        Check(type, outputs: 21, width: 1280, rows: 6, seed: 1);
        Check(type, outputs: 3, width: 256, rows: 1, seed: 2);
    }

    [Theory]
    [InlineData(DType.F32, 1)]
    [InlineData(DType.F32, 17)]
    [InlineData(DType.F16, 31)]
    [InlineData(DType.F16, 515)]
    [InlineData(DType.BF16, 33)]
    [InlineData(DType.F64, 47)]
    [InlineData(DType.Q8_0, 32)]
    [InlineData(DType.Q4_0, 96)]
    [InlineData(DType.MXFP4, 544)]
    public void Odd_widths_and_tails_agree_with_the_reference(DType type, int width)
    {
        for (int outputs = 1; outputs <= 5; outputs++)
            Check(type, outputs, width, rows: 1 + outputs % 3 * 2, seed: outputs);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_row_alone_has_the_bits_it_has_among_many(DType type)
    {
        const int Outputs = 19;
        const int Width = 768;
        const int Rows = 9;
        var weight = Randoms.Weight(type, Outputs, Width, 3);
        float[] input = Randoms.Floats(Rows * Width, 4);
        using var backend = new CpuBackend(2);
        float[] together = MatMul(backend, weight, input, Rows);
        for (int row = 0; row < Rows; row++)
        {
            float[] alone = MatMul(backend, weight, input.AsSpan(row * Width, Width), 1);
            Backends.AssertBits(alone, together.AsSpan(row * Outputs, Outputs), $"row {row}");
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_in_batches_larger_than_the_blocks_of_the_loop()
    {
        const int Outputs = 18;
        const int Width = 544;
        const int Rows = 700;
        var weight = Randoms.Weight(DType.Q4_0, Outputs, Width, 3);
        float[] input = Randoms.Floats(Rows * Width, 4);
        using var backend = new CpuBackend(2);
        float[] together = MatMul(backend, weight, input, Rows);
        foreach (int row in new[] { 0, 127, 128, 511, 512, 699 })
        {
            float[] alone = MatMul(backend, weight, input.AsSpan(row * Width, Width), 1);
            Backends.AssertBits(alone, together.AsSpan(row * Outputs, Outputs), $"row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_product_with_a_unit_vector_reads_exactly_the_values_the_format_defines(DType type)
    {
        const int Width = 512;
        var weight = Randoms.Weight(type, 1, Width, 5);
        var values = new float[Width];
        Dequantizer.Row(type, weight.Row(0), values);
        foreach (var tier in Backends.Tiers)
        {
            using var backend = new CpuBackend(1, tier);
            using var prepared = backend.Prepare(weight);
            var input = new float[Width];
            var output = new float[1];
            for (int i = 0; i < Width; i++)
            {
                input[i] = 1;
                backend.MatMul(prepared, input, output, 1);
                input[i] = 0;
                Assert.Equal(values[i], output[0]);
            }
        }
    }

    [Fact]
    public void Gather_expands_the_rows_asked_for()
    {
        foreach (var type in Randoms.RealTypes)
        {
            var table = Randoms.Weight(type, 7, 256, 6);
            int[] ids = [6, 0, 3, 3];
            float[] expected = new float[ids.Length * 256];
            Backends.Reference.Gather(table, ids, expected);
            float[] actual = Backends.SameBits(backend =>
            {
                var output = new float[ids.Length * 256];
                backend.Gather(table, ids, output);
                return output;
            });
            Backends.AssertBits(expected, actual, type.ToString());
        }
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        var weight = Randoms.Weight(DType.F32, 4, 8, 1);
        var integers = Tensor.Allocate("integers", DType.I32, 4, 8);
        using var cpu = new CpuBackend(1);
        foreach (IBackend backend in new IBackend[] { cpu, Backends.Reference })
        {
            using var prepared = backend.Prepare(weight);
            Assert.Throws<ArgumentException>(() => backend.MatMul(prepared, new float[15], new float[8], 2));
            Assert.Throws<ArgumentException>(() => backend.MatMul(prepared, new float[16], new float[7], 2));
            Assert.Throws<ArgumentOutOfRangeException>(() => backend.MatMul(prepared, new float[8], new float[4], -1));
            Assert.Throws<NotSupportedException>(() => backend.Prepare(integers));
            Assert.Throws<ArgumentOutOfRangeException>(() => backend.Gather(weight, [4], new float[8]));
            Assert.Throws<ArgumentOutOfRangeException>(() => backend.Gather(weight, [-1], new float[8]));
        }
    }

    private static void Check(DType type, int outputs, int width, int rows, int seed)
    {
        var weight = Randoms.Weight(type, outputs, width, seed);
        float[] input = Randoms.Floats(rows * width, seed + 100);
        float[] expected = MatMul(Backends.Reference, weight, input, rows);
        float[] actual = Backends.SameBits(backend => MatMul(backend, weight, input, rows));

        var values = new float[width];
        for (int o = 0; o < outputs; o++)
        {
            Dequantizer.Row(type, weight.Row(o), values);
            for (int r = 0; r < rows; r++)
            {
                double magnitude = 0;
                for (int i = 0; i < width; i++)
                    magnitude += Math.Abs((double)values[i] * input[r * width + i]);
                // A lane adds width / 16 products, each rounded to 2^-24 of the sum so far; the tree adds four more.
                double bound = magnitude * (width / 16 + 6) * Math.Pow(2, -24) + 1e-30;
                int at = r * outputs + o;
                Assert.True(
                    Math.Abs(expected[at] - actual[at]) <= bound,
                    $"{type} row {r} output {o}: {actual[at]:R}, not {expected[at]:R} ± {bound:R}"
                );
            }
        }
    }

    private static float[] MatMul(IBackend backend, Tensor weight, ReadOnlySpan<float> input, int rows)
    {
        var output = new float[rows * weight.Rows];
        using var prepared = backend.Prepare(weight);
        backend.MatMul(prepared, input, output, rows);
        return output;
    }
}
