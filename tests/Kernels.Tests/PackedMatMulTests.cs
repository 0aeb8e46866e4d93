// Integer products: the bits that the formula of each format gives, whatever the tier, in C# or generated code, the threads
// and the other rows.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

public class PackedMatMulTests
{
    public static TheoryData<DType> Types => [DType.Q4_0, DType.Q8_0, DType.Q4_K, DType.Q5_K, DType.Q6_K];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_tier_and_thread_count_gives_the_bits_of_the_formula(DType type)
    {
        // Slabs of 256 with and without a rest; outputs that fill no panel; rows that fill no four.
        Check(type, outputs: 21, width: 1280, rows: 6, seed: 1);
        Check(type, outputs: 1, width: 256, rows: 1, seed: 2);
        Check(type, outputs: 48, width: 512, rows: 9, seed: 3);
        Check(type, outputs: 33, width: 256, rows: 64, seed: 4);
        Check(type, outputs: 3, width: 256, rows: 513, seed: 5);
        // One row takes several panels at once: full turns, and one that the matrix ends in.
        Check(type, outputs: 150, width: 512, rows: 1, seed: 6);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_small_number_of_rows_gives_the_bits_of_the_formula(DType type)
    {
        for (int rows = 1; rows <= 9; rows++)
            Check(type, outputs: 17, width: 256, rows, seed: rows);
    }

    [Theory]
    [InlineData(DType.Q4_0, 32)]
    [InlineData(DType.Q4_0, 96)]
    [InlineData(DType.Q8_0, 288)]
    [InlineData(DType.Q8_0, 544)]
    public void Widths_that_fill_no_slab_give_the_bits_of_the_formula(DType type, int width)
    {
        for (int outputs = 15; outputs <= 18; outputs++)
            Check(type, outputs, width, rows: 1 + outputs % 3 * 2, seed: outputs);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_row_alone_has_the_bits_it_has_among_many(DType type)
    {
        const int Outputs = 19;
        const int Width = 768;
        const int Rows = 700;
        var matrix = Randoms.Weight(type, Outputs, Width, 3);
        float[] input = Randoms.Floats(Rows * Width, 4);
        foreach (var make in Backends.Fast)
        {
            using var backend = make(2);
            using var weight = backend.Prepare(matrix);
            float[] together = MatMul(backend, weight, input, Rows);
            foreach (int row in new[] { 0, 1, 3, 4, 511, 512, 514, 699 })
            {
                float[] alone = MatMul(backend, weight, input.AsSpan(row * Width, Width), 1);
                Backends.AssertBits(alone, together.AsSpan(row * Outputs, Outputs), $"{backend.Name}, row {row}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Results_are_within_the_rounding_of_the_inputs(DType type)
    {
        const int Outputs = 16;
        const int Width = 512;
        var matrix = Randoms.Weight(type, Outputs, Width, 5);
        float[] input = Randoms.Floats(Width, 6);
        var exact = new float[Outputs];
        Backends.Reference.MatMul(Backends.Reference.Prepare(matrix), input, exact, 1);
        using var backend = new CpuBackend(1, Numerics.Fast);
        using var weight = backend.Prepare(matrix);
        float[] actual = MatMul(backend, weight, input, 1);
        var values = new float[Width];
        for (int o = 0; o < Outputs; o++)
        {
            Dequantizer.Row(type, matrix.Row(o), values);
            // Half a step of a code is 1/254 of the largest input, here at most 1; float32 sums add far less.
            double bound = values.Sum(value => Math.Abs((double)value)) / 254 * 1.001;
            Assert.True(Math.Abs(actual[o] - exact[o]) <= bound, $"{type}: {actual[o]} is not {exact[o]} ± {bound}");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_input_that_is_no_finite_number_shows_in_every_result(float fault)
    {
        foreach (var make in Backends.Fast)
        {
            using var backend = make(1);
            using var weight = backend.Prepare(Randoms.Weight(DType.Q4_0, 20, 96, 7));
            float[] input = Randoms.Floats(96, 8);
            input[40] = fault;
            Assert.All(MatMul(backend, weight, input, 1), value => Assert.True(float.IsNaN(value)));
        }
    }

    [Fact]
    public void Inputs_too_small_to_divide_by_count_as_zero()
    {
        float[] input = new float[64];
        Array.Fill(input, float.Epsilon);
        foreach (var make in Backends.Fast)
        {
            using var backend = make(1);
            using var weight = backend.Prepare(Randoms.Weight(DType.Q8_0, 3, 64, 9));
            Assert.All(MatMul(backend, weight, input, 1), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Without_inputs_results_are_zero()
    {
        foreach (var make in Backends.Fast)
        {
            using var backend = make(1);
            using var weight = backend.Prepare(Randoms.Weight(DType.Q8_0, 3, 0, 9));
            float[] output = [1, 2, 3, 4, 5, 6];
            backend.MatMul(weight, [], output, 2);
            Assert.Equal(new float[6], output);
        }
    }

    [Fact]
    public void Formats_without_integer_products_are_computed_in_floats()
    {
        var matrix = Randoms.Weight(DType.F16, 5, 64, 10);
        float[] input = Randoms.Floats(64, 11);
        using var fast = new CpuBackend(1, Numerics.Fast);
        using var exact = new CpuBackend(1);
        Backends.AssertBits(
            MatMul(exact, exact.Prepare(matrix), input, 1),
            MatMul(fast, fast.Prepare(matrix), input, 1),
            "F16"
        );
    }

    [Fact]
    public void Products_allocate_nothing_once_warm()
    {
        float[] x = Randoms.Floats(20 * 256, 1);
        float[] y = new float[20 * 300];
        foreach (var make in Backends.Fast)
        {
            using var backend = make(2);
            using var weight = backend.Prepare(Randoms.Weight(DType.Q4_K, 300, 256, 1));
            for (int i = 0; i < 3; i++)
                backend.MatMul(weight, x, y, 20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            backend.MatMul(weight, x, y, 1);
            backend.MatMul(weight, x, y, 20);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void The_name_says_which_code_multiplies()
    {
        var features = ProcessorFeatures.Current;
        var best = JitTiers.Choose(null, features);
        using var plain = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast);
        Assert.DoesNotContain("generated", plain.Name, StringComparison.Ordinal);
        using var generated = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast, best);
        Assert.Equal(best != JitTier.Off, generated.Name.Contains("generated", StringComparison.Ordinal));
        using var exact = new CpuBackend(1, CpuBackend.BestTier, Numerics.Float32, best);
        Assert.DoesNotContain("generated", exact.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_executable_memory_products_are_computed_in_CSharp()
    {
        var refused = ProcessorFeatures.Current with { Refusal = new("executable memory: mmap says 'no'", 1) };
        var matrix = Randoms.Weight(DType.Q5_K, 20, 256, 12);
        float[] input = Randoms.Floats(256, 13);
        using var plain = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast);
        using var backend = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast, refused, setting: null);
        Assert.Equal(plain.Name, backend.Name);
        Backends.AssertBits(
            MatMul(plain, plain.Prepare(matrix), input, 1),
            MatMul(backend, backend.Prepare(matrix), input, 1),
            backend.Name
        );
    }

    private static void Check(DType type, int outputs, int width, int rows, int seed)
    {
        var matrix = Randoms.Weight(type, outputs, width, seed);
        float[] input = Randoms.Floats(rows * width, seed + 100);
        var expected = new float[rows * outputs];
        for (int row = 0; row < rows; row++)
        for (int output = 0; output < outputs; output++)
            expected[row * outputs + output] = IntegerProduct.Compute(matrix, output, input.AsSpan(row * width, width));
        foreach (var make in Backends.Fast)
            for (int threads = 1; threads <= 3; threads++)
            {
                using var backend = make(threads);
                using var weight = backend.Prepare(matrix);
                Backends.AssertBits(expected, MatMul(backend, weight, input, rows), $"{type}, {backend.Name}");
            }
    }

    private static float[] MatMul(CpuBackend backend, Weight weight, ReadOnlySpan<float> input, int rows)
    {
        var output = new float[rows * weight.Outputs];
        backend.MatMul(weight, input, output, rows);
        return output;
    }
}
