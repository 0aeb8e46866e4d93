// Owns the loops over a panel, slab by slab along the depth: a slab's codes and scales are unpacked once for all rows.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct PanelLoops<TLanes, TBytes, TVector, TFormat> : IPanelProduct
    where TLanes : unmanaged, ILanes<TLanes>
    where TBytes : struct, IByteProducts<TVector>
    where TVector : unmanaged
    where TFormat : struct, IPackedFormat
{
    private const int Slab = RowSlab.Blocks;
    private const int Panel = PackedLayout.Panel;

    public int PanelsAtOnce(int rows) => 1;

    public long WorkingFloats(int rows) => rows * Panel;

    public void Multiply(in PanelTask task)
    {
        new Span<float>(task.Working, task.Rows * Panel).Clear();
        if (task.Rows == 1)
            OneRow(task);
        else
            Rows(task);
        task.Write(task.Working);
    }

    [SkipLocalsInit]
    private static void OneRow(in PanelTask task)
    {
        float* sums = stackalloc float[Slab * GroupSums<TBytes, TVector, TFormat>.PerBlock];
        float* factors = stackalloc float[Slab * 2 * Panel];
        byte* scales = task.Scales;
        byte* codes = task.Codes;
        int left = task.Width / PackedLayout.Block;
        for (int slab = 0; left > 0; slab++, left -= Slab)
        {
            var x = task.X.Slab(0, slab);
            int blocks = Math.Min(left, Slab);
            GroupSums<TBytes, TVector, TFormat>.One(codes, x->Codes, blocks, sums);
            Factors(ref scales, blocks, factors);
            AddSlab(factors, sums, 1, x, blocks, task.Working);
            codes += Slab * TFormat.CodeBytes;
        }
    }

    [SkipLocalsInit]
    private static void Rows(in PanelTask task)
    {
        int perBlock = GroupSums<TBytes, TVector, TFormat>.PerBlock;
        float* sums = stackalloc float[4 * Slab * perBlock];
        float* factors = stackalloc float[Slab * 2 * Panel];
        byte* buffer = stackalloc byte[Slab * GroupSums<TBytes, TVector, TFormat>.UnpackedBytes];
        byte* scales = task.Scales;
        byte* codes = task.Codes;
        int left = task.Width / PackedLayout.Block;
        for (int slab = 0; left > 0; slab++, left -= Slab)
        {
            int blocks = Math.Min(left, Slab);
            byte* unpacked = codes;
            if (TFormat.CodeBytes != GroupSums<TBytes, TVector, TFormat>.UnpackedBytes)
            {
                GroupSums<TBytes, TVector, TFormat>.Unpack(codes, blocks, buffer);
                unpacked = buffer;
            }
            Factors(ref scales, blocks, factors);
            int row = 0;
            for (; row + 4 <= task.Rows; row += 4)
            {
                var x = task.X.Slab(row, slab);
                GroupSums<TBytes, TVector, TFormat>.Four(unpacked, x->Codes, sizeof(RowSlab), blocks, sums);
                AddSlab(factors, sums, 4, x, blocks, task.Working + row * Panel);
            }
            for (; row < task.Rows; row++)
            {
                var x = task.X.Slab(row, slab);
                GroupSums<TBytes, TVector, TFormat>.One(codes, x->Codes, blocks, sums);
                AddSlab(factors, sums, 1, x, blocks, task.Working + row * Panel);
            }
            codes += Slab * TFormat.CodeBytes;
        }
    }

    /// <summary>What the sums of each block are multiplied with, <c>[blocks, 2, 16]</c>; moves on to the next slab's scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Factors(ref byte* scales, int blocks, float* factors)
    {
        for (int block = 0; block < blocks; block++)
        {
            TFormat.Scales(scales, block % TFormat.BlocksPerScales, out TLanes first, out TLanes second);
            TLanes.Store(factors, first);
            TLanes.Store(factors + Panel, second);
            factors += 2 * Panel;
            if (TFormat.BlocksPerScales == 1)
                scales += TFormat.ScaleBytes;
        }
        if (TFormat.BlocksPerScales != 1)
            scales += TFormat.ScaleBytes;
    }

    /// <summary>The float half: adds the sums of a slab to the results of one or four rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddSlab(float* factors, float* sums, int count, RowSlab* slab, int blocks, float* results)
    {
        int perBlock = GroupSums<TBytes, TVector, TFormat>.PerBlock;
        for (int r = 0; r < count; r++, slab++)
        {
            var result = TLanes.Load(results + Panel * r);
            float* sum = sums + perBlock * r;
            float* factor = factors;
            for (int block = 0; block < blocks; block++)
            {
                result = TFormat.Add(
                    result,
                    TLanes.Load(factor),
                    TLanes.Load(factor + Panel),
                    TLanes.Load(sum),
                    TLanes.Load(sum + perBlock - Panel),
                    slab->Scales[block],
                    slab->Sums + 2 * block,
                    slab->Products[block]
                );
                factor += 2 * Panel;
                sum += count * perBlock;
            }
            TLanes.Store(results + Panel * r, result);
        }
    }
}
