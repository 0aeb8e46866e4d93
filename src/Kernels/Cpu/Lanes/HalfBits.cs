// Owns the exact conversion between half and single precision in integer and float operations that every machine has:
// .NET offers no instruction for it, and its scalar cast is an order of magnitude slower. No step multiplies or yields a
// subnormal single, which would cost a microcode assist each.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Lanes;

internal static unsafe class HalfBits
{
    private const int Magnitude = 0x7fff << 13;

    /// <summary>Distance of the exponent biases, 127 - 15.</summary>
    private const int Rebias = 112 << 23;

    /// <summary>2^-14, the smallest normal half.</summary>
    private const int SmallestNormal = 113 << 23;
    private const int FirstInfinite = 31 << 23;

    /// <summary>Every half as a float: 256 KiB, of which a model's scales touch a small part.</summary>
    private static readonly float* Table = MakeTable();

    /// <summary>
    /// Fills the table. To be called before a loop that reads it is compiled, for the compiler then takes its address
    /// for a constant; otherwise it checks in every round whether the table is there.
    /// </summary>
    public static void Prepare() => RuntimeHelpers.RunClassConstructor(typeof(HalfBits).TypeHandle);

    /// <summary>One half, for scales of blocks: a load that the processor can broadcast from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(ushort half) => Table[half];

    /// <summary>
    /// Of halves sign-extended to 32 bits. There is a formula for normal and one for subnormal halves; each gives too much
    /// for the other, so the smaller result is right.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<int> halves)
    {
        var magnitude = (halves << 13) & Vector512.Create(Magnitude);
        var subnormal =
            (magnitude + Vector512.Create(SmallestNormal)).AsSingle() - Vector512.Create(SmallestNormal).AsSingle();
        var bits = Vector512.Min(magnitude + Vector512.Create(Rebias), subnormal.AsInt32());
        var infinite = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(FirstInfinite));
        bits += infinite & Vector512.Create(Rebias);
        return (bits | (halves & Vector512.Create(int.MinValue))).AsSingle();
    }

    /// <summary>Of halves sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<int> halves)
    {
        var magnitude = (halves << 13) & Vector256.Create(Magnitude);
        var subnormal =
            (magnitude + Vector256.Create(SmallestNormal)).AsSingle() - Vector256.Create(SmallestNormal).AsSingle();
        var bits = Vector256.Min(magnitude + Vector256.Create(Rebias), subnormal.AsInt32());
        var infinite = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(FirstInfinite));
        bits += infinite & Vector256.Create(Rebias);
        return (bits | (halves & Vector256.Create(int.MinValue))).AsSingle();
    }

    /// <summary>Of halves sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<int> halves)
    {
        var magnitude = (halves << 13) & Vector128.Create(Magnitude);
        var subnormal =
            (magnitude + Vector128.Create(SmallestNormal)).AsSingle() - Vector128.Create(SmallestNormal).AsSingle();
        var bits = Vector128.Min(magnitude + Vector128.Create(Rebias), subnormal.AsInt32());
        var infinite = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(FirstInfinite));
        bits += infinite & Vector128.Create(Rebias);
        return (bits | (halves & Vector128.Create(int.MinValue))).AsSingle();
    }

    /// <summary>Rounds to the nearest half, ties to even; one half per 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> FromSingle(Vector128<float> values)
    {
        const int Infinity = 255 << 23;
        const int TooLarge = 143 << 23; // 2^16, the first power that no half holds
        const int SubnormalUnit = 126 << 23; // a float whose last bit is worth 2^-24, as a subnormal half's

        var bits = values.AsInt32();
        var sign = bits & Vector128.Create(int.MinValue);
        bits ^= sign;
        var subnormal =
            (bits.AsSingle() + Vector128.Create(SubnormalUnit).AsSingle()).AsInt32() - Vector128.Create(SubnormalUnit);
        var odd = Vector128.ShiftRightLogical(bits, 13) & Vector128.Create(1);
        var normal = Vector128.ShiftRightLogical(bits + Vector128.Create(0xfff - Rebias) + odd, 13);
        var special = Vector128.ConditionalSelect(
            Vector128.GreaterThan(bits, Vector128.Create(Infinity)),
            Vector128.Create(0x7e00),
            Vector128.Create(0x7c00)
        );
        var half = Vector128.ConditionalSelect(
            Vector128.LessThan(bits, Vector128.Create(SmallestNormal)),
            subnormal,
            normal
        );
        half = Vector128.ConditionalSelect(
            Vector128.GreaterThanOrEqual(bits, Vector128.Create(TooLarge)),
            special,
            half
        );
        return half | Vector128.ShiftRightLogical(sign, 16);
    }

    private static float* MakeTable()
    {
        const int Halves = 1 << 16;
        var table = (float*)NativeMemory.AlignedAlloc(Halves * sizeof(float), 64);
        for (int half = 0; half < Halves; half++)
            table[half] = (float)BitConverter.UInt16BitsToHalf((ushort)half);
        return table;
    }
}
