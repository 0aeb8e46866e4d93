// Owns the inputs of integer products: rows of floats rounded to signed bytes, 32 under one scale.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>
/// Rows of inputs in a working memory that <see cref="Floats"/> sizes, slab after slab along the depth; in a slab the rows
/// follow each other, so that what is worked on at a time is contiguous.
/// </summary>
internal readonly unsafe struct QuantizedRows(float* memory, int rows, int width)
{
    /// <summary>Rows from which on rounding them is divided among the threads.</summary>
    private const int ParallelRows = 4;

    private readonly RowSlab* _slabs = (RowSlab*)memory;

    public int Rows => rows;

    /// <summary>Bytes from a slab of a row to its next.</summary>
    public long SlabStride => (long)rows * sizeof(RowSlab);

    /// <summary>Rows that are read at a time, at most, and so beyond the last one too.</summary>
    private const int TileRows = 16;

    /// <summary>Floats of working memory that the rows take: a multiple of 16.</summary>
    public static long Floats(int rows, int width) =>
        (((long)rows * Slabs(width) + TileRows - 1) * sizeof(RowSlab) / sizeof(float) + 15) / 16 * 16;

    /// <summary>A slab of a row; the next row's follows.</summary>
    public RowSlab* Slab(int row, int slab) => _slabs + (long)slab * rows + row;

    /// <summary>Rounds all rows of <c>[rows, width]</c>.</summary>
    public void Quantize(WorkerPool pool, float* input)
    {
        var body = new Body(this, input, width);
        if (rows >= ParallelRows)
        {
            pool.Run(rows, ref body);
            return;
        }
        for (int row = 0; row < rows; row++)
            Quantize(row, input + (long)row * width);
    }

    /// <summary>
    /// Rounds one row. A block with an element that is no finite number gets NaN as its scale, so that the fault shows in
    /// every result; a block too small to divide by becomes zeros.
    /// </summary>
    private void Quantize(int row, float* x)
    {
        int left = width / PackedLayout.Block;
        for (int slab = 0; left > 0; slab++, left -= RowSlab.Blocks)
        {
            var target = Slab(row, slab);
            for (int block = 0; block < Math.Min(left, RowSlab.Blocks); block++)
            {
                QuantizeBlock(x, target, block);
                x += PackedLayout.Block;
            }
        }
    }

    private static int Slabs(int width) => (width / PackedLayout.Block + RowSlab.Blocks - 1) / RowSlab.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeBlock(float* x, RowSlab* slab, int block)
    {
        sbyte* codes = slab->Codes + block * PackedLayout.Block;
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
            float fault = float.IsFinite(peak) ? 0 : float.NaN;
            slab->Scales[block] = fault;
            slab->Sums[2 * block] = 0;
            slab->Sums[2 * block + 1] = 0;
            slab->Products[block] = fault;
            return;
        }
        var factor = Vector256.Create(inverse);
        var c0 = Round(x0 * factor);
        var c1 = Round(x1 * factor);
        var c2 = Round(x2 * factor);
        var c3 = Round(x3 * factor);
        Narrow(c0, c1, c2, c3).Store(codes);
        float scale = peak / 127;
        int first = Vector256.Sum(c0 + c1);
        int second = Vector256.Sum(c2 + c3);
        slab->Scales[block] = scale;
        slab->Sums[2 * block] = (short)first;
        slab->Sums[2 * block + 1] = (short)second;
        slab->Products[block] = scale * (first + second);
    }

    /// <summary>To the nearest, ties to even. The processor has one instruction for it; portable code has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values) =>
        Avx.IsSupported ? Avx.ConvertToVector256Int32(values) : Vector256.ConvertToInt32Native(Vector256.Round(values));

    /// <summary>Codes of 32 bits, small enough, as bytes. Narrowing that may saturate needs no masks, but mixes halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Narrow(Vector256<int> c0, Vector256<int> c1, Vector256<int> c2, Vector256<int> c3)
    {
        if (!Avx2.IsSupported)
            return Vector256.Narrow(Vector256.Narrow(c0, c1), Vector256.Narrow(c2, c3));
        var mixed = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(c0, c1), Avx2.PackSignedSaturate(c2, c3));
        return Avx2.PermuteVar8x32(mixed.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsSByte();
    }

    private static float Largest(Vector256<float> values)
    {
        var four = Vector128.Max(values.GetLower(), values.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }

    private readonly struct Body(QuantizedRows rows, float* input, int width) : IParallelBody
    {
        public void Invoke(int task, int worker) => rows.Quantize(task, input + (long)task * width);
    }
}
