// Owns random weights: numbers made from their place alone, so that all cores can make them in any order.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tern.Cli.RandomModels;

/// <summary>Normally distributed values by Box and Muller (1958), sixteen at a time from hashed counters.</summary>
internal static class NormalNoise
{
    private const int Lanes = 8;
    private const int Step = 2 * Lanes;

    /// <summary>Fills with values of mean 0.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="sigma">Standard deviation.</param>
    /// <param name="stream">Which stream: the same number gives the same values.</param>
    public static void Fill(Span<float> values, float sigma, ulong stream)
    {
        ulong key = Mix(stream);
        var radiusKey = Vector256.Create((uint)key);
        var angleKey = Vector256.Create((uint)(key >> 32));
        int whole = values.Length / Step * Step;
        var blocks = MemoryMarshal.Cast<float, Vector256<float>>(values[..whole]);
        for (int i = 0; i < blocks.Length; i += 2)
            (blocks[i], blocks[i + 1]) = Pair((uint)(i / 2), radiusKey, angleKey, sigma);
        if (whole == values.Length)
            return;
        Span<float> rest = stackalloc float[Step];
        var (first, second) = Pair((uint)(whole / Step), radiusKey, angleKey, sigma);
        first.CopyTo(rest);
        second.CopyTo(rest[Lanes..]);
        rest[..(values.Length - whole)].CopyTo(values[whole..]);
    }

    private static (Vector256<float>, Vector256<float>) Pair(
        uint index,
        Vector256<uint> radiusKey,
        Vector256<uint> angleKey,
        float sigma
    )
    {
        var counter = Vector256.Create(index * Lanes) + Vector256<uint>.Indices;
        var radius = Vector256.Sqrt(Vector256.Log(Unit(Hash(counter ^ radiusKey))) * -2f) * sigma;
        var (sin, cos) = Vector256.SinCos(Unit(Hash(counter ^ angleKey)) * MathF.Tau);
        return (radius * cos, radius * sin);
    }

    // The upper 24 bits, to 2^-24 … 1: the logarithm of 0 must not be asked for.
    private static Vector256<float> Unit(Vector256<uint> bits) =>
        Vector256.ConvertToSingle((bits >>> 8).AsInt32() + Vector256<int>.One) * (1f / (1 << 24));

    // A bijective 32-bit hash, "triple32" of Chris Wellons (public domain).
    private static Vector256<uint> Hash(Vector256<uint> x)
    {
        x ^= x >>> 17;
        x *= 0xed5ad4bb;
        x ^= x >>> 11;
        x *= 0xac4c1b51;
        x ^= x >>> 15;
        x *= 0x31848bab;
        return x ^ (x >>> 14);
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
