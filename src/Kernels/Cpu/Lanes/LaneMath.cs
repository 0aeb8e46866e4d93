// Owns exp, tanh and erfc on 16 lanes: polynomials of our own (interpolated at Chebyshev nodes), evaluated with fused
// multiply-adds in one order, so that every tier and every tail gives the same bits.
using System.Runtime.CompilerServices;

namespace Tern.Kernels.Cpu.Lanes;

internal static class LaneMath
{
    /// <summary>
    /// e^x to about 1e-7 relative; 0 below -86.9, where results would become subnormal; infinity above 88.72.
    /// x = n·ln 2 + r with |r| ≤ ½ ln 2 (ln 2 in two parts), e^r = 1 + r + r²·P(r).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        const float Lowest = -86.9f;
        const float Highest = 88.73f;
        const float Rounder = 12582912; // 1.5·2^23: adding and subtracting it rounds to a whole number
        var clamped = T.Max(T.Create(Lowest), T.Min(T.Create(Highest), x));
        var n = clamped * T.Create(1.44269504f) + T.Create(Rounder) - T.Create(Rounder);
        var r = T.Fma(n, T.Create(-0.693359375f), clamped);
        r = T.Fma(n, T.Create(2.12194440e-4f), r);

        var p = T.Create(1.392617611924392e-3f);
        p = T.Fma(p, r, T.Create(8.363173074523434e-3f));
        p = T.Fma(p, r, T.Create(4.166655466205814e-2f));
        p = T.Fma(p, r, T.Create(0.166665770255979f));
        p = T.Fma(p, r, T.Create(0.5f));
        var power = T.Fma(p, r * r, r) + T.Create(1);

        // In two factors, because 2^128 is no float.
        var result = power * T.PowerOfTwo(n - T.Create(1)) * T.Create(2);
        return T.WhereLess(x, T.Create(Lowest), T.Zero, result);
    }

    /// <summary>tanh x to about 2e-7 relative: x + x³·P(x²) for small x, else 1 - 2/(e^2x + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        var square = x * x;
        var p = T.Create(-6.0967141651076e-3f);
        p = T.Fma(p, square, T.Create(2.0997178998653172e-2f));
        p = T.Fma(p, square, T.Create(-5.3850909578511436e-2f));
        p = T.Fma(p, square, T.Create(0.1333276973697819f));
        p = T.Fma(p, square, T.Create(-0.3333332894413436f));
        var small = T.Fma(p, square * x, x);
        var large = T.Create(1) - T.Create(2) / (Exp(x + x) + T.Create(1));
        return T.WhereLess(T.Abs(x), T.Create(0.625f), small, large);
    }

    /// <summary>erfc z for z ≥ 0 to about 2e-7 relative: e^(-z²)·t·P(t) with t = 1/(1 + z/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ComplementaryError<T>(T z)
        where T : unmanaged, ILanes<T>
    {
        var t = T.Create(1) / T.Fma(z, T.Create(0.5f), T.Create(1));
        var p = T.Create(-5.93381258858516e-2f);
        p = T.Fma(p, t, T.Create(0.2859796716547918f));
        p = T.Fma(p, t, T.Create(-0.49027604653594936f));
        p = T.Fma(p, t, T.Create(0.2817421930099889f));
        p = T.Fma(p, t, T.Create(-2.9231097989334966e-2f));
        p = T.Fma(p, t, T.Create(0.20380226079387734f));
        p = T.Fma(p, t, T.Create(0.24282409076040803f));
        p = T.Fma(p, t, T.Create(0.2824126132381243f));
        p = T.Fma(p, t, T.Create(0.28208440138531526f));
        return Exp(T.Zero - z * z) * t * p;
    }
}
