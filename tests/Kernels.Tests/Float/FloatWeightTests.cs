// Weights of floats: the bits of one chain of fused multiply-adds over the exact values of the matrix, whatever the tier, in
// C# or generated code, the threads and the other rows. Tiles have a formula of their own (TileMatMulTests).
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests.Float;

public class FloatWeightTests
{
    private static readonly Func<int, CpuBackend>[] s_backends =
    [
        .. Backends.Fast,
        .. Backends.Tiers.Select(tier => (Func<int, CpuBackend>)(threads => new(threads, tier))),
    ];

    public static TheoryData<DType> Types => [DType.F32, DType.F16, DType.BF16];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_tier_and_thread_count_gives_the_bits_of_the_chain(DType type)
    {
        // Slabs of 256 with and without a rest; outputs that fill no panel and no four panels; rows that fill no tile.
        Check(type, outputs: 21, width: 1280, rows: 7, seed: 1);
        Check(type, outputs: 1, width: 1, rows: 1, seed: 2);
        Check(type, outputs: 64, width: 513, rows: 1, seed: 3);
        Check(type, outputs: 115, width: 31, rows: 1, seed: 4);
        Check(type, outputs: 128, width: 256, rows: 13, seed: 5);
        Check(type, outputs: 17, width: 300, rows: 301, seed: 6);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Random_shapes_give_the_bits_of_the_chain(DType type)
    {
        var random = new Random(11);
        for (int i = 0; i < 20; i++)
            Check(type, random.Next(1, 150), random.Next(1, 600), random.Next(1, 30), seed: 10 * i);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Refreshed_a_weight_multiplies_as_one_prepared_from_the_rounded_values(DType type)
    {
        const int Outputs = 37;
        const int Width = 261;
        const int Rows = 3;
        var old = Randoms.Weight(type, Outputs, Width, 1);
        float[] values = Randoms.Floats(Outputs * Width, 2);
        var rounded = Tensor.Allocate("rounded", type, Outputs, Width);
        for (int row = 0; row < Outputs; row++)
            Quantizer.Row(type, values.AsSpan(row * Width, Width), rounded.Row(row));
        float[] input = Randoms.Floats(Rows * Width, 3);
        byte[] before = old.Span<byte>().ToArray();
        using var cpu = new CpuBackend(2);
        foreach (IBackend backend in new IBackend[] { cpu, Backends.Reference })
        {
            var expected = new float[Rows * Outputs];
            var actual = new float[Rows * Outputs];
            using var fresh = backend.Prepare(rounded);
            using var refreshed = backend.Prepare(old);
            backend.MatMul(fresh, input, expected, Rows);
            backend.Refresh(refreshed, Tensor.FromValues("values", values, Outputs, Width));
            backend.MatMul(refreshed, input, actual, Rows);
            Backends.AssertBits(expected, actual, backend.Name);
            Assert.Equal(before, old.Span<byte>());
        }
    }

    [Fact]
    public void Values_that_do_not_fit_are_refused()
    {
        using var cpu = new CpuBackend(1);
        foreach (IBackend backend in new IBackend[] { cpu, Backends.Reference })
        {
            using var weight = backend.Prepare(Randoms.Weight(DType.F16, 4, 32, 1));
            using var quantized = backend.Prepare(Randoms.Weight(DType.Q8_0, 4, 32, 1));
            var values = Randoms.Weight(DType.F32, 4, 32, 2);
            Assert.Throws<ArgumentException>(() => backend.Refresh(weight, Randoms.Weight(DType.F32, 4, 31, 2)));
            Assert.Throws<ArgumentException>(() => backend.Refresh(weight, Randoms.Weight(DType.F32, 5, 32, 2)));
            Assert.Throws<ArgumentException>(() => backend.Refresh(weight, Randoms.Weight(DType.F16, 4, 32, 2)));
            Assert.Throws<NotSupportedException>(() => backend.Refresh(quantized, values));
        }
    }

    private static void Check(DType type, int outputs, int width, int rows, int seed)
    {
        var matrix = Randoms.Weight(type, outputs, width, seed);
        float[] input = Randoms.Floats(rows * width, seed + 1);
        var values = new float[outputs * width];
        for (int row = 0; row < outputs; row++)
            Dequantizer.Row(type, matrix.Row(row), values.AsSpan(row * width, width));
        var expected = new float[rows * outputs];
        Reference.FloatProduct.Run(
            new(input, width, 1),
            new(values, width, 1),
            expected,
            outputs,
            rows,
            outputs,
            width,
            adds: false
        );
        foreach (var make in s_backends)
        {
            for (int threads = 1; threads <= 3; threads++)
            {
                using var backend = make(threads);
                using var weight = backend.Prepare(matrix);
                if (backend.UsesTiles(weight))
                    continue;
                var actual = new float[rows * outputs];
                backend.MatMul(weight, input, actual, rows);
                Backends.AssertBits(expected, actual, $"{backend.Name}, {outputs} x {width}, {rows} rows");
            }
        }
    }
}
