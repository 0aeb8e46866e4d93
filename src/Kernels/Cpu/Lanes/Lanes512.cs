// Owns the 16 lanes as one 512-bit register (x86 with AVX-512).
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Lanes;

internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static bool WideTile => true;

    public static Lanes512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float low, float high) =>
        new(Vector512.Create(Vector256.Create(low), Vector256.Create(high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes512 value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fma(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Avx512F.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereLess(Lanes512 a, Lanes512 b, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 a) => new(Vector512.Abs(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 n) =>
        new(((Vector512.ConvertToInt32Native(n._value) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes512 a) => Lanes256.Sum(a._value.GetLower() + a._value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SumToFour(Lanes512 a, Lanes512 b, Lanes512 c, Lanes512 d)
    {
        // In quarters of 128 bits: a0+a2, a1+a3, b0+b2, b1+b3; then the even quarters and the odd ones.
        var ab = AddHalves(a._value, b._value);
        var cd = AddHalves(c._value, d._value);
        return new(Avx512F.Shuffle4x128(ab, cd, 0b_10_00_10_00) + Avx512F.Shuffle4x128(ab, cd, 0b_11_01_11_01));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SumFours(Lanes512 a, Lanes512 b, Lanes512 c, Lanes512 d)
    {
        var ab = AddPairs(a._value, b._value);
        var cd = AddPairs(c._value, d._value);
        return new(Avx512F.Shuffle(ab, cd, 0b_10_00_10_00) + Avx512F.Shuffle(ab, cd, 0b_11_01_11_01));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes512 a) =>
        Lanes256.Largest(Vector256.MaxNative(a._value.GetLower(), a._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 FromHalf(ushort* source) =>
        new(HalfBits.ToSingle(Avx512F.ConvertToVector512Int32(Vector256.Load((short*)source))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 FromBFloat16(ushort* source) =>
        new((Avx512F.ConvertToVector512Int32(Vector256.Load(source)) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 FromCodes(Vector128<sbyte> codes) =>
        new(Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(codes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, out Lanes512 low, out Lanes512 high)
        where TBook : struct, ICodebook => LookUp(packed, TBook.Values * Vector512.Create(scale), out low, out high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, float offset, out Lanes512 low, out Lanes512 high)
        where TBook : struct, ICodebook =>
        LookUp(packed, TBook.Values * Vector512.Create(scale) + Vector512.Create(offset), out low, out high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LowNibbles<TBook>(
        byte* packed,
        float scale,
        float offset,
        out Lanes512 first,
        out Lanes512 second
    )
        where TBook : struct, ICodebook
    {
        var table = TBook.Values * Vector512.Create(scale) + Vector512.Create(offset);
        first = new(Avx512F.PermuteVar16x32(table, Widen(packed)));
        second = new(Avx512F.PermuteVar16x32(table, Widen(packed + 16)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void HighNibbles<TBook>(
        byte* packed,
        float scale,
        float offset,
        out Lanes512 first,
        out Lanes512 second
    )
        where TBook : struct, ICodebook
    {
        var table = TBook.Values * Vector512.Create(scale) + Vector512.Create(offset);
        first = new(Avx512F.PermuteVar16x32(table, Vector512.ShiftRightLogical(Widen(packed), 4)));
        second = new(Avx512F.PermuteVar16x32(table, Vector512.ShiftRightLogical(Widen(packed + 16), 4)));
    }

    /// <summary>The permutation reads the low four bits of each index only, so low nibbles need no mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LookUp(byte* packed, Vector512<float> table, out Lanes512 low, out Lanes512 high)
    {
        var codes = Widen(packed);
        low = new(Avx512F.PermuteVar16x32(table, codes));
        high = new(Avx512F.PermuteVar16x32(table, Vector512.ShiftRightLogical(codes, 4)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(byte* packed) => Avx512F.ConvertToVector512Int32(Vector128.Load(packed));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddHalves(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Shuffle4x128(a, b, 0b_01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b_11_10_11_10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddPairs(Vector512<float> a, Vector512<float> b) =>
        Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle()
        + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();
}
