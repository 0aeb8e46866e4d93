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
