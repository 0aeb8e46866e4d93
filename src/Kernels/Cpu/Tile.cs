// Owns the innermost loop of the blocked matrix product: 4 input rows by 4 weight rows, each product in 16 lanes.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal static unsafe class Tile
{
    /// <summary>Input rows, and weight rows, of a tile.</summary>
    public const int Size = 4;

    /// <summary>Floats of a tile's running sums: 16 lanes for each of its products, input row by input row.</summary>
    public const int Floats = Size * Size * 16;

    /// <summary>Adds <paramref name="width"/> elements to the running sums, or starts them.</summary>
    /// <param name="a">Four input rows, one after the other.</param>
    /// <param name="w">Four weight rows, one after the other.</param>
    /// <param name="width">Elements of each row, a multiple of 16.</param>
    /// <param name="sums">The running sums.</param>
    /// <param name="isFirst">Whether the sums start from zero.</param>
    public static void Multiply<TLanes>(float* a, float* w, int width, float* sums, bool isFirst)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (TLanes.WideTile)
        {
            Whole<TLanes>(a, w, width, sums, isFirst);
            return;
        }
        Quarter<TLanes>(a, w, width, sums, isFirst);
        Quarter<TLanes>(a, w + 2 * width, width, sums + 2 * 16, isFirst);
        Quarter<TLanes>(a + 2 * width, w, width, sums + 8 * 16, isFirst);
        Quarter<TLanes>(a + 2 * width, w + 2 * width, width, sums + 10 * 16, isFirst);
    }

    /// <summary>All 16 products at once, for machines with 32 registers of 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Whole<TLanes>(float* a, float* w, int width, float* sums, bool isFirst)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var s00 = TLanes.Zero;
        var s01 = s00;
        var s02 = s00;
        var s03 = s00;
        var s10 = s00;
        var s11 = s00;
        var s12 = s00;
        var s13 = s00;
        var s20 = s00;
        var s21 = s00;
        var s22 = s00;
        var s23 = s00;
        var s30 = s00;
        var s31 = s00;
        var s32 = s00;
        var s33 = s00;
        if (!isFirst)
        {
            s00 = TLanes.Load(sums);
            s01 = TLanes.Load(sums + 16);
            s02 = TLanes.Load(sums + 32);
            s03 = TLanes.Load(sums + 48);
            s10 = TLanes.Load(sums + 64);
            s11 = TLanes.Load(sums + 80);
            s12 = TLanes.Load(sums + 96);
            s13 = TLanes.Load(sums + 112);
            s20 = TLanes.Load(sums + 128);
            s21 = TLanes.Load(sums + 144);
            s22 = TLanes.Load(sums + 160);
            s23 = TLanes.Load(sums + 176);
            s30 = TLanes.Load(sums + 192);
            s31 = TLanes.Load(sums + 208);
            s32 = TLanes.Load(sums + 224);
            s33 = TLanes.Load(sums + 240);
        }
        float* a1 = a + width;
        float* a2 = a1 + width;
        float* a3 = a2 + width;
        float* w1 = w + width;
        float* w2 = w1 + width;
        float* w3 = w2 + width;
        for (int k = 0; k < width; k += 16)
        {
            var v0 = TLanes.Load(w + k);
            var v1 = TLanes.Load(w1 + k);
            var v2 = TLanes.Load(w2 + k);
            var v3 = TLanes.Load(w3 + k);
            var x = TLanes.Load(a + k);
            s00 = TLanes.Fma(v0, x, s00);
            s01 = TLanes.Fma(v1, x, s01);
            s02 = TLanes.Fma(v2, x, s02);
            s03 = TLanes.Fma(v3, x, s03);
            x = TLanes.Load(a1 + k);
            s10 = TLanes.Fma(v0, x, s10);
            s11 = TLanes.Fma(v1, x, s11);
            s12 = TLanes.Fma(v2, x, s12);
            s13 = TLanes.Fma(v3, x, s13);
            x = TLanes.Load(a2 + k);
            s20 = TLanes.Fma(v0, x, s20);
            s21 = TLanes.Fma(v1, x, s21);
            s22 = TLanes.Fma(v2, x, s22);
            s23 = TLanes.Fma(v3, x, s23);
            x = TLanes.Load(a3 + k);
            s30 = TLanes.Fma(v0, x, s30);
            s31 = TLanes.Fma(v1, x, s31);
            s32 = TLanes.Fma(v2, x, s32);
            s33 = TLanes.Fma(v3, x, s33);
        }
        TLanes.Store(sums, s00);
        TLanes.Store(sums + 16, s01);
        TLanes.Store(sums + 32, s02);
        TLanes.Store(sums + 48, s03);
        TLanes.Store(sums + 64, s10);
        TLanes.Store(sums + 80, s11);
        TLanes.Store(sums + 96, s12);
        TLanes.Store(sums + 112, s13);
        TLanes.Store(sums + 128, s20);
        TLanes.Store(sums + 144, s21);
        TLanes.Store(sums + 160, s22);
        TLanes.Store(sums + 176, s23);
        TLanes.Store(sums + 192, s30);
        TLanes.Store(sums + 208, s31);
        TLanes.Store(sums + 224, s32);
        TLanes.Store(sums + 240, s33);
    }

    /// <summary>Two input rows by two weight rows, for machines with fewer or narrower registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Quarter<TLanes>(float* a, float* w, int width, float* sums, bool isFirst)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var s00 = TLanes.Zero;
        var s01 = s00;
        var s10 = s00;
        var s11 = s00;
        if (!isFirst)
        {
            s00 = TLanes.Load(sums);
            s01 = TLanes.Load(sums + 16);
            s10 = TLanes.Load(sums + 64);
            s11 = TLanes.Load(sums + 80);
        }
        float* a1 = a + width;
        float* w1 = w + width;
        for (int k = 0; k < width; k += 16)
        {
            var v0 = TLanes.Load(w + k);
            var v1 = TLanes.Load(w1 + k);
            var x = TLanes.Load(a + k);
            s00 = TLanes.Fma(v0, x, s00);
            s01 = TLanes.Fma(v1, x, s01);
            x = TLanes.Load(a1 + k);
            s10 = TLanes.Fma(v0, x, s10);
            s11 = TLanes.Fma(v1, x, s11);
        }
        TLanes.Store(sums, s00);
        TLanes.Store(sums + 16, s01);
        TLanes.Store(sums + 64, s10);
        TLanes.Store(sums + 80, s11);
    }
}
