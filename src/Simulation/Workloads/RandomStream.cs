// Owns chance: a generator that is the same on every machine and in every version.
using System.Numerics;

namespace Tern.Simulation.Workloads;

/// <summary>
/// A stream of random numbers: xoshiro256** (Blackman, Vigna, TOMS 2021), its state filled by SplitMix64. Streams of one seed are
/// independent of each other, so that another arrival rate leaves the lengths alone.
/// </summary>
public sealed class RandomStream
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Creates stream number <paramref name="stream"/> of a seed.</summary>
    public RandomStream(ulong seed, ulong stream)
    {
        var state = SplitMix(seed) ^ (stream * 0xD1342543DE82EF95UL);
        _a = SplitMix(state);
        _b = SplitMix(state += Golden);
        _c = SplitMix(state += Golden);
        _d = SplitMix(state + Golden);
    }

    private const ulong Golden = 0x9E3779B97F4A7C15UL;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in (0, 1), on a grid of 2⁻⁵³; never 0, so that its logarithm exists.</summary>
    public double NextUnit() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform from 0 to <paramref name="limit"/> − 1, without bias (Lemire, TOMACS 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not positive.</exception>
    public int NextBelow(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var range = (ulong)limit;
        var high = Math.BigMul(NextBits(), range, out var low);
        if (low < range)
        {
            var unfair = (0 - range) % range;
            while (low < unfair)
                high = Math.BigMul(NextBits(), range, out low);
        }
        return (int)high;
    }

    /// <summary>Exponential with mean 1.</summary>
    public double NextExponential() => -PortableMath.Log(NextUnit());

    /// <summary>Normal with mean 0 and deviation 1 (Marsaglia's polar method; the second value of each pair is not used).</summary>
    public double NextNormal()
    {
        while (true)
        {
            var x = 2 * NextUnit() - 1;
            var y = 2 * NextUnit() - 1;
            var square = x * x + y * y;
            if (square is > 0 and < 1)
                return x * Math.Sqrt(-2 * PortableMath.Log(square) / square);
        }
    }

    /// <summary>Gamma with this shape and scale 1 (Marsaglia, Tsang, TOMS 2000; a shape below 1 is raised by 1 and brought back by their §8).</summary>
    public double NextGamma(double shape)
    {
        if (shape < 1)
            return NextGamma(shape + 1) * PortableMath.Exp(Math.Max(PortableMath.Log(NextUnit()) / shape, -700));
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = NextNormal();
            var root = 1 + c * normal;
            if (root <= 0)
                continue;
            var v = root * root * root;
            if (PortableMath.Log(NextUnit()) < 0.5 * normal * normal + d * (1 - v + PortableMath.Log(v)))
                return d * v;
        }
    }

    /// <summary>SplitMix64's step (Steele, Lea, Flood, OOPSLA 2014).</summary>
    private static ulong SplitMix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
