// Owns the inputs of integer products: rows of floats rounded to signed bytes, 32 under one scale.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>
/// Rows of inputs in a working memory that <see cref="Floats"/> sizes: all codes, then all scales, then the sums of the
/// codes of half blocks, which the offsets of weight codes are multiplied with. Each of the three is cut into slabs of
/// <see cref="SlabBlocks"/> blocks, in which the rows follow each other: what is worked on at a time is contiguous.
/// </summary>
internal readonly unsafe struct QuantizedRows(float* memory, int rows, int width)
{
    /// <summary>Blocks of a slab: those of a super-block.</summary>
    public const int SlabBlocks = 8;

    private readonly sbyte* _codes = (sbyte*)memory;
    private readonly float* _scales = memory + (long)rows * width / 4;
    private readonly int* _sums = (int*)(memory + (long)rows * width / 4 + (long)rows * (width / PackedLayout.Block));

    /// <summary>Blocks of a row.</summary>
    public int Blocks => width / PackedLayout.Block;

    /// <summary>Floats of working memory that the rows take.</summary>
    public static long Floats(int rows, int width) => (long)rows * (width / 4 + 3 * (width / PackedLayout.Block));

    /// <summary>The blocks of a row from <paramref name="firstBlock"/>, the first of a slab, to the end of that slab.</summary>
    public RowSlab Slab(int row, int firstBlock)
    {
        int blocks = Math.Min(SlabBlocks, Blocks - firstBlock);
        long at = (long)firstBlock * rows + (long)row * blocks;
        return new RowSlab(_codes + at * PackedLayout.Block, _scales + at, _sums + 2 * at, blocks);
    }

    /// <summary>
    /// Rounds one row. A block with an element that is no finite number gets NaN as its scale, so that the fault shows in
    /// every result; a block too small to divide by becomes zeros.
    /// </summary>
    public void Quantize(int row, float* x)
    {
        for (int first = 0; first < Blocks; first += SlabBlocks)
        {
            var slab = Slab(row, first);
            for (int block = 0; block < slab.Blocks; block++)
            {
                sbyte* codes = slab.Codes + block * PackedLayout.Block;
                QuantizeBlock(x, codes, slab.Scales + block, slab.Sums + 2 * block);
                x += PackedLayout.Block;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeBlock(float* x, sbyte* codes, float* scale, int* sums)
    {
        var x0 = Vector256.Load(x);
        var x1 = Vector256.Load(x + 8);
        var x2 = Vector256.Load(x + 16);
        var x3 = Vector256.Load(x + 24);
        var largest = Vector256.Max(
            Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)),
            Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3))
        );
        float peak = Largest(largest);
        float inverse = 127 / peak;
        if (!float.IsFinite(inverse) || !float.IsFinite(peak))
        {
            Vector256<sbyte>.Zero.Store(codes);
            *scale = float.IsFinite(peak) ? 0 : float.NaN;
            sums[0] = 0;
            sums[1] = 0;
            return;
        }
        var factor = Vector256.Create(inverse);
        var c0 = Round(x0 * factor);
        var c1 = Round(x1 * factor);
        var c2 = Round(x2 * factor);
        var c3 = Round(x3 * factor);
        Vector256.Narrow(Vector256.Narrow(c0, c1), Vector256.Narrow(c2, c3)).Store(codes);
        *scale = peak / 127;
        sums[0] = Vector256.Sum(c0 + c1);
        sums[1] = Vector256.Sum(c2 + c3);
    }

    private static Vector256<int> Round(Vector256<float> values) =>
        Vector256.ConvertToInt32Native(Vector256.Round(values));

    private static float Largest(Vector256<float> values)
    {
        var four = Vector128.Max(values.GetLower(), values.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }
}
