// Owns the yardstick of prompts: how fast this machine multiplies and adds floats in registers.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Limits;

/// <summary>Fused multiply-adds of the widest vectors, in enough independent chains to hide their latency.</summary>
public static class FloatRate
{
    private const int Rounds = 400;
    private const int Repeats = 200_000;
    private const int Chains = 8;

    /// <summary>Float operations a second (a multiplication and an addition are two) of the fastest round; takes about a
    /// fifth of a second.</summary>
    /// <param name="threads">Threads that compute.</param>
    public static double Measure(int threads)
    {
        bool isWide = Vector512.IsHardwareAccelerated;
        int lanes = isWide ? Vector512<float>.Count : Vector256<float>.Count;
        double seconds = ConcurrentRounds.Fastest(
            threads,
            kinds: 1,
            Rounds,
            (_, _, _) => _ = isWide ? MultiplyWide(Repeats) : Multiply(Repeats)
        )[0];
        return 2.0 * lanes * Chains * Repeats * threads / seconds;
    }

    // Not inlined: the JIT would see that nobody reads the result, and drop most of the work.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float MultiplyWide(int repeats)
    {
        var x = Vector512.Create(0.999f);
        var (a, b, c, d) = (x, x * 2, x * 3, x * 4);
        var (e, f, g, h) = (x * 5, x * 6, x * 7, x * 8);
        for (int i = 0; i < repeats; i++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, x);
            b = Vector512.FusedMultiplyAdd(b, x, x);
            c = Vector512.FusedMultiplyAdd(c, x, x);
            d = Vector512.FusedMultiplyAdd(d, x, x);
            e = Vector512.FusedMultiplyAdd(e, x, x);
            f = Vector512.FusedMultiplyAdd(f, x, x);
            g = Vector512.FusedMultiplyAdd(g, x, x);
            h = Vector512.FusedMultiplyAdd(h, x, x);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Multiply(int repeats)
    {
        var x = Vector256.Create(0.999f);
        var (a, b, c, d) = (x, x * 2, x * 3, x * 4);
        var (e, f, g, h) = (x * 5, x * 6, x * 7, x * 8);
        for (int i = 0; i < repeats; i++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, x);
            b = Vector256.FusedMultiplyAdd(b, x, x);
            c = Vector256.FusedMultiplyAdd(c, x, x);
            d = Vector256.FusedMultiplyAdd(d, x, x);
            e = Vector256.FusedMultiplyAdd(e, x, x);
            f = Vector256.FusedMultiplyAdd(f, x, x);
            g = Vector256.FusedMultiplyAdd(g, x, x);
            h = Vector256.FusedMultiplyAdd(h, x, x);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }
}
