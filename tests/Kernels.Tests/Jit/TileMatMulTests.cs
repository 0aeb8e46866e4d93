// Products with weights of F16 and BF16 in tiles: no further from the exact sum than rows of 16 bits explain, and the same
// bits for a row alone, among many, and on any number of threads. The kernels run in the interpreter, amid the code that
// calls them in the backend.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests.Jit;

public unsafe class TileMatMulTests
{
    public static TheoryData<DType> Types => [DType.F16, DType.BF16];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_product_in_tiles_is_the_sum_of_the_products(DType type)
    {
        // Four panels together, two, one and a part of one; a slab and a part of one; tiles of rows in pairs and alone.
        Check(type, outputs: 64 + 32 + 5, width: 544, rows: 35);
        Check(type, outputs: 3, width: 32, rows: 1);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_row_has_the_same_bits_alone_among_many_and_on_every_number_of_threads(DType type)
    {
        const int Outputs = 70;
        const int Width = 64;
        const int Rows = 530; // more than are split at a time
        var weight = Randoms.Weight(type, Outputs, Width, 3);
        float[] input = Randoms.Floats(Rows * Width, 4);
        float[] together = Multiply(weight, input, Rows, threads: 1);
        Backends.AssertBits(together, Multiply(weight, input, Rows, threads: 3), "three threads");
        foreach (int row in new[] { 0, 31, 511, 512, 529 })
        {
            float[] alone = Multiply(weight, input[(row * Width)..((row + 1) * Width)], 1, threads: 2);
            Backends.AssertBits(together.AsSpan(row * Outputs, Outputs), alone, $"row {row}");
        }
    }

    [Theory]
    [InlineData(DType.F16, 32, true)]
    [InlineData(DType.BF16, 96, true)]
    [InlineData(DType.F16, 40, false)]
    [InlineData(DType.F32, 32, false)]
    public void Tiles_take_halves_in_whole_steps(DType type, int width, bool takes)
    {
        using var backend = new CpuBackend(1);
        using var weight = backend.Prepare(Randoms.Weight(type, 5, width, 1));
        Assert.Equal(takes, TileMatMul.Takes((FloatWeight)weight));
    }

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_the_backend_gives_the_bits_of_the_interpreter(DType type)
    {
        const int Rows = 35;
        var weight = Randoms.Weight(type, 101, 544, 3);
        float[] input = Randoms.Floats(Rows * 544, 4);
        using var backend = new CpuBackend(2, CpuBackend.BestTier, Numerics.Fast, JitTier.Amx);
        using var prepared = backend.Prepare(weight);
        float[] actual = new float[Rows * 101];
        backend.MatMul(prepared, input, actual, Rows);
        Backends.AssertBits(Multiply(weight, input, Rows, threads: 1), actual, type.ToString());
    }

    [Fact]
    public void The_two_parts_of_a_float_miss_no_more_than_two_to_the_minus_17_of_it()
    {
        float[] values =
        [
            .. Randoms.Floats(26, 1, scale: 1e4f),
            1.0000001f,
            0,
            -0f,
            float.Epsilon,
            float.NaN,
            float.PositiveInfinity,
        ];
        ushort* parts = stackalloc ushort[64];
        fixed (float* x = values)
            BFloat16Pair.Split(x, parts, parts + 32);
        for (int i = 0; i < 30; i++)
        {
            double sum = (double)BFloat16.Expand(parts[i]) + BFloat16.Expand(parts[32 + i]);
            double bound = Math.ScaleB(Math.Abs(values[i]), -17) + float.Epsilon;
            Assert.True(Math.Abs(sum - values[i]) <= bound, $"{values[i]:R} became {sum:R}");
        }
        Assert.True(float.IsNaN(BFloat16.Expand(parts[30])));
        Assert.Equal(float.PositiveInfinity, BFloat16.Expand(parts[31]));
    }

    private static void Check(DType type, int outputs, int width, int rows)
    {
        var weight = Randoms.Weight(type, outputs, width, seed: 1);
        float[] input = Randoms.Floats(rows * width, seed: 2);
        float[] actual = Multiply(weight, input, rows, threads: 2);
        float[] values = new float[width];
        for (int output = 0; output < outputs; output++)
        {
            Dequantizer.Row(type, weight.Row(output), values);
            for (int row = 0; row < rows; row++)
            {
                double sum = 0;
                double magnitude = 0;
                for (int i = 0; i < width; i++)
                {
                    double product = (double)values[i] * input[row * width + i];
                    sum += product;
                    magnitude += Math.Abs(product);
                }
                // Rows miss 2^-17; of halves the product of the lower parts, 2^-8 by 2^-7, is left out. An instruction rounds 18 times.
                double parts = Math.Pow(2, -17) + (type == DType.F16 ? Math.Pow(2, -15) : 0);
                double bound = magnitude * (parts + 3 * (18 + width / 32) * Math.Pow(2, -24)) + 1e-30;
                float result = actual[row * outputs + output];
                Assert.True(
                    Math.Abs(sum - result) <= bound,
                    $"row {row} output {output}: {result:R}, not {sum:R} ± {bound:R}"
                );
            }
        }
    }

    private static float[] Multiply(Tensor matrix, float[] input, int rows, int threads)
    {
        var tiles = new InterpretedTiles();
        float[] output = new float[rows * (int)matrix.Rows];
        using var context = new CpuContext(threads);
        using var weight = FloatWeight.TryPack(context.Pool, matrix)!;
        fixed (float* x = input)
        fixed (float* y = output)
            TileMatMul.Run(context, weight, tiles.Kernels, x, y, rows);
        GC.KeepAlive(tiles);
        return output;
    }
}
