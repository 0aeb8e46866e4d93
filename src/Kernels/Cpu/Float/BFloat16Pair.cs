// Owns how a float becomes two values of bfloat16: itself, rounded, and what that took away, rounded as well. Their sum
// misses at most 2^-17 of the float's magnitude.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class BFloat16Pair
{
    /// <summary>
    /// Splits 32 values. Of an infinite one the second part is not a number, and so are the products with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(float* values, ushort* upper, ushort* lower)
    {
        var first = Vector512.Load(values);
        var second = Vector512.Load(values + 16);
        var firstUpper = Round(first);
        var secondUpper = Round(second);
        Vector512.Store(Narrow(firstUpper, secondUpper), upper);
        Vector512.Store(Narrow(Round(first - firstUpper), Round(second - secondUpper)), lower);
    }

    /// <summary>
    /// Splits 32 values for tiles whose lines hold two inputs that lie 16 apart: each lane of <paramref name="upper"/> and of
    /// <paramref name="lower"/> takes values i and i + 16. The first part is cut off, not rounded, which takes less time and
    /// loses no more than 2^-16.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitApart(float* values, uint* upper, uint* lower)
    {
        var mask = Vector512.Create(0xffff0000u);
        var half = Vector512.Create(0x8000u);
        var first = Vector512.Load(values);
        var second = Vector512.Load(values + 16);
        var firstUpper = first.AsUInt32() & mask;
        var secondUpper = second.AsUInt32() & mask;
        var firstLower = (first - firstUpper.AsSingle()).AsUInt32() + half;
        var secondLower = (second - secondUpper.AsSingle()).AsUInt32() + half;
        Vector512.Store(Vector512.ShiftRightLogical(firstUpper, 16) | secondUpper, upper);
        Vector512.Store(Vector512.ShiftRightLogical(firstLower, 16) | secondLower & mask, lower);
    }

    /// <summary>To nearest even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(1u);
        var rounded = (bits + Vector512.Create(0x7fffu) + odd) & Vector512.Create(0xffff0000u);
        // The sum could carry a payload over into a number.
        return Vector512.ConditionalSelect(Vector512.Equals(value, value), rounded.AsSingle(), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Narrow(Vector512<float> first, Vector512<float> second) =>
        Vector512.Narrow(
            Vector512.ShiftRightLogical(first.AsUInt32(), 16),
            Vector512.ShiftRightLogical(second.AsUInt32(), 16)
        );
}
