// Owns the innermost loop of float products in C#: up to 6 rows, or 12 where a register has 16 lanes, by a panel of 16 outputs.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using static Tern.Kernels.Cpu.Float.RowCounts;

namespace Tern.Kernels.Cpu.Float;

/// <summary>Running sums stay in registers; each element of a row is broadcast once and each of the panel loaded once.</summary>
internal static unsafe class FloatTiles<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows of a tile: as many as have their running sums in registers.</summary>
    public static int Rows => TLanes.WideTile ? 12 : 6;

    /// <summary>Each result = itself (or 0) + Σ a·b: one chain of fused multiply-adds in the order of the depth.</summary>
    public static void Multiply(FloatJob tile)
    {
        for (; tile.Rows >= Rows; Advance(ref tile, Rows))
        {
            if (TLanes.WideTile)
                Tile<TwelveRows>(tile);
            else
                Tile<SixRows>(tile);
        }
        if (TLanes.WideTile && tile.Rows >= 6)
        {
            Tile<SixRows>(tile);
            tile.TileStride = 6 * tile.RowStride;
            Advance(ref tile, 6);
        }
        switch (tile.Rows)
        {
            case 5:
                Tile<FiveRows>(tile);
                break;
            case 4:
                Tile<FourRows>(tile);
                break;
            case 3:
                Tile<ThreeRows>(tile);
                break;
            case 2:
                Tile<TwoRows>(tile);
                break;
            case 1:
                Tile<OneRow>(tile);
                break;
        }
    }

    private static void Advance(ref FloatJob tile, int rows)
    {
        tile.A = (float*)((byte*)tile.A + tile.TileStride);
        tile.C = (float*)((byte*)tile.C + rows * tile.ResultStride);
        tile.Rows -= rows;
        tile.Ahead = (byte*)tile.B;
        tile.AheadStep = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows>(in FloatJob job)
        where TRows : struct, IRowCount
    {
        byte* c = (byte*)job.C;
        nint stride = job.ResultStride;
        var s0 = TLanes.Zero;
        var s1 = TLanes.Zero;
        var s2 = TLanes.Zero;
        var s3 = TLanes.Zero;
        var s4 = TLanes.Zero;
        var s5 = TLanes.Zero;
        var s6 = TLanes.Zero;
        var s7 = TLanes.Zero;
        var s8 = TLanes.Zero;
        var s9 = TLanes.Zero;
        var s10 = TLanes.Zero;
        var s11 = TLanes.Zero;
        if (job.Continues)
        {
            s0 = Load(c);
            if (TRows.Rows > 1)
                s1 = Load(c + stride);
            if (TRows.Rows > 2)
                s2 = Load(c + 2 * stride);
            if (TRows.Rows > 3)
                s3 = Load(c + 3 * stride);
            if (TRows.Rows > 4)
                s4 = Load(c + 4 * stride);
            if (TRows.Rows > 5)
                s5 = Load(c + 5 * stride);
            if (TRows.Rows > 6)
                s6 = Load(c + 6 * stride);
            if (TRows.Rows > 7)
                s7 = Load(c + 7 * stride);
            if (TRows.Rows > 8)
                s8 = Load(c + 8 * stride);
            if (TRows.Rows > 9)
                s9 = Load(c + 9 * stride);
            if (TRows.Rows > 10)
                s10 = Load(c + 10 * stride);
            if (TRows.Rows > 11)
                s11 = Load(c + 11 * stride);
        }
        nint row = job.RowStride;
        nint step = job.Step;
        byte* a = (byte*)job.A;
        byte* a3 = a + 3 * row;
        byte* a6 = a3 + 3 * row;
        byte* a9 = a6 + 3 * row;
        byte* ahead = job.Ahead;
        nint aheadStep = job.AheadStep;
        float* b = job.B;
        for (float* end = b + 16 * (nint)job.Depth; b < end; b += 16)
        {
            Prefetch.Lines(ahead, 1);
            ahead += aheadStep;
            var v = TLanes.Load(b);
            s0 = TLanes.Fma(Broadcast(a), v, s0);
            if (TRows.Rows > 1)
                s1 = TLanes.Fma(Broadcast(a + row), v, s1);
            if (TRows.Rows > 2)
                s2 = TLanes.Fma(Broadcast(a + 2 * row), v, s2);
            if (TRows.Rows > 3)
                s3 = TLanes.Fma(Broadcast(a3), v, s3);
            if (TRows.Rows > 4)
                s4 = TLanes.Fma(Broadcast(a3 + row), v, s4);
            if (TRows.Rows > 5)
                s5 = TLanes.Fma(Broadcast(a3 + 2 * row), v, s5);
            if (TRows.Rows > 6)
                s6 = TLanes.Fma(Broadcast(a6), v, s6);
            if (TRows.Rows > 7)
                s7 = TLanes.Fma(Broadcast(a6 + row), v, s7);
            if (TRows.Rows > 8)
                s8 = TLanes.Fma(Broadcast(a6 + 2 * row), v, s8);
            if (TRows.Rows > 9)
                s9 = TLanes.Fma(Broadcast(a9), v, s9);
            if (TRows.Rows > 10)
                s10 = TLanes.Fma(Broadcast(a9 + row), v, s10);
            if (TRows.Rows > 11)
                s11 = TLanes.Fma(Broadcast(a9 + 2 * row), v, s11);
            a += step;
            if (TRows.Rows > 3)
                a3 += step;
            if (TRows.Rows > 6)
                a6 += step;
            if (TRows.Rows > 9)
                a9 += step;
        }
        TLanes.Store((float*)c, s0);
        if (TRows.Rows > 1)
            TLanes.Store((float*)(c + stride), s1);
        if (TRows.Rows > 2)
            TLanes.Store((float*)(c + 2 * stride), s2);
        if (TRows.Rows > 3)
            TLanes.Store((float*)(c + 3 * stride), s3);
        if (TRows.Rows > 4)
            TLanes.Store((float*)(c + 4 * stride), s4);
        if (TRows.Rows > 5)
            TLanes.Store((float*)(c + 5 * stride), s5);
        if (TRows.Rows > 6)
            TLanes.Store((float*)(c + 6 * stride), s6);
        if (TRows.Rows > 7)
            TLanes.Store((float*)(c + 7 * stride), s7);
        if (TRows.Rows > 8)
            TLanes.Store((float*)(c + 8 * stride), s8);
        if (TRows.Rows > 9)
            TLanes.Store((float*)(c + 9 * stride), s9);
        if (TRows.Rows > 10)
            TLanes.Store((float*)(c + 10 * stride), s10);
        if (TRows.Rows > 11)
            TLanes.Store((float*)(c + 11 * stride), s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Load(byte* source) => TLanes.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Broadcast(byte* source) => TLanes.Create(*(float*)source);
}
