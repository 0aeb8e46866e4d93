// Owns the check of a tier on the processor at hand: what its kernels compute must have the bits of the loops in C#, but for
// weights of halves and attention in tiles, which are summed in parts: their results must be near.
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// Products with random weights of every type and of every kind of work, and attention, by generated kernels and by C#.
/// </summary>
/// <param name="Products">Products that were compared; attention counts as one.</param>
/// <param name="Differences">Those that differ: type, rows, and the first result that is another, or too far off.</param>
public sealed record KernelCheck(int Products, IReadOnlyList<string> Differences)
{
    /// <summary>Five panels and a part of one, so that there are some that pass by together and some that are left.</summary>
    private const int Outputs = 5 * Packed.PackedLayout.Panel + 5;

    private const int Heads = 4;
    private const int HeadDim = 64;

    private static readonly int[] s_rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 40];

    /// <summary>Runs the kernels of a tier, which takes less than a second.</summary>
    /// <exception cref="ArgumentException">The tier is <see cref="JitTier.Off"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the tier.</exception>
    public static KernelCheck Run(JitTier tier)
    {
        // What is not ready yet C# would do, and agree with itself.
        _ = JitKernels.Shared(tier).GetAwaiter().GetResult();
        using var expected = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast);
        using var actual = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast, tier);
        int products = 0;
        var differences = new List<string>();
        foreach (var (type, width) in Shapes())
        {
            var matrix = RandomMatrix(type, width);
            using var reference = expected.Prepare(matrix);
            using var weight = actual.Prepare(matrix);
            foreach (int rows in s_rows)
            {
                float[] input = Floats(rows * width, seed: rows);
                float[] right = new float[rows * Outputs];
                float[] result = new float[rows * Outputs];
                expected.MatMul(reference, input, right, rows);
                actual.MatMul(weight, input, result, rows);
                products++;
                // Inputs and weights are below 1/2: 2^-15 of a product is left out, and most of it cancels.
                string? difference = actual.UsesTiles(weight)
                    ? FirstFarther(right, result, Outputs, MathF.ScaleB(width, -17))
                    : FirstDifference(right, result);
                if (difference is not null)
                    differences.Add($"{type}, {rows} rows of {width}: {difference}");
            }
        }
        foreach (int queries in (int[])[1, 40])
        {
            products++;
            // In tiles a weight misses 2^-15, and so does a value; values are below 1/2. Elsewhere attention is the same.
            float most = tier == JitTier.Amx ? MathF.ScaleB(1, -14) : 0;
            float[] right = Attend(expected, queries);
            if (FirstFarther(right, Attend(actual, queries), Heads * HeadDim, most) is { } difference)
                differences.Add($"attention, {queries} queries: {difference}");
        }
        return new KernelCheck(products, differences);
    }

    /// <summary>The first result that is farther away than it may be; null where there is none.</summary>
    internal static string? FirstFarther(ReadOnlySpan<float> right, ReadOnlySpan<float> result, int width, float most)
    {
        for (int i = 0; i < right.Length; i++)
        {
            if (!(MathF.Abs(right[i] - result[i]) <= most))
                return $"output {i % width} of row {i / width} is {result[i]:R}, not {right[i]:R} ± {most:R}";
        }
        return null;
    }

    /// <summary>The first result whose bits are others; null where there is none.</summary>
    internal static string? FirstDifference(ReadOnlySpan<float> right, ReadOnlySpan<float> result)
    {
        for (int i = 0; i < right.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(right[i]) != BitConverter.SingleToInt32Bits(result[i]))
                return $"output {i % Outputs} of row {i / Outputs} is {result[i]:R}, not {right[i]:R}";
        }
        return null;
    }

    /// <summary>Whole slabs and, where the type allows it, a part of one.</summary>
    private static IEnumerable<(DType Type, int Width)> Shapes()
    {
        foreach (var format in PanelFormat.All)
            yield return (format.Type, format.Scales.HasSuper ? 768 : 608);
        yield return (DType.F16, 301);
        yield return (DType.F16, 608);
        yield return (DType.BF16, 608);
    }

    /// <summary>Queries of a sequence, longer than a split, in a cache of halves.</summary>
    private static float[] Attend(CpuBackend backend, int queries)
    {
        const int Positions = 700;
        const int BlockSize = 16;
        const int KvHeads = 2;
        const int Blocks = (Positions + BlockSize - 1) / BlockSize;
        const int VectorBytes = HeadDim * sizeof(ushort);
        const long BlockBytes = BlockSize * KvHeads * VectorBytes;
        using var memory = new AlignedMemory(2 * Blocks * BlockBytes);
        KvView view = new(
            memory.Address,
            DType.F16,
            BlockBytes,
            BlockSize * VectorBytes,
            VectorBytes,
            BlockSize,
            KvHeads,
            HeadDim
        );
        var values = view with { Data = memory.Address + (nint)(Blocks * BlockBytes) };
        int[] slots = [.. Enumerable.Range(0, Positions)];
        backend.StoreKv(Floats(Positions * KvHeads * HeadDim, seed: 1), view, slots);
        backend.StoreKv(Floats(Positions * KvHeads * HeadDim, seed: 2), values, slots);
        float[] output = new float[queries * Heads * HeadDim];
        backend.PagedAttention(
            new AttentionInput
            {
                Query = Floats(output.Length, seed: 3),
                Keys = view,
                Values = values,
                Sequences = [new AttentionSequence(0, queries, Positions, 0)],
                BlockTables = [.. Enumerable.Range(0, Blocks)],
                Heads = Heads,
                Scale = 0.125f,
            },
            output
        );
        return output;
    }

    private static Tensor RandomMatrix(DType type, int width)
    {
        var matrix = Tensor.Allocate("weight", type, Outputs, width);
        for (int output = 0; output < Outputs; output++)
            Quantizer.Row(type, Floats(width, seed: 1000 + output), matrix.Row(output));
        return matrix;
    }

    private static float[] Floats(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextSingle() - 0.5f;
        return values;
    }
}
