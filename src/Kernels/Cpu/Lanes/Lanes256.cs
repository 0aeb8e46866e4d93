// Owns the 16 lanes as two 256-bit registers (x86 with AVX2 and FMA).
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Lanes;

internal readonly unsafe struct Lanes256(Vector256<float> low, Vector256<float> high) : ILanes<Lanes256>
{
    private readonly Vector256<float> _low = low;
    private readonly Vector256<float> _high = high;

    public static bool IsSupported =>
        Vector256.IsHardwareAccelerated && Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;

    public static bool WideTile => false;

    public static Lanes256 Zero => new(Vector256<float>.Zero, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value)
    {
        var all = Vector256.Create(value);
        return new(all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float low, float high) => new(Vector256.Create(low), Vector256.Create(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes256 value)
    {
        value._low.Store(destination + 0);
        value._high.Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fma(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(
            System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a._low, b._low, c._low),
            System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a._high, b._high, c._high)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) =>
        new(Vector256.MaxNative(a._low, b._low), Vector256.MaxNative(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) =>
        new(Vector256.MinNative(a._low, b._low), Vector256.MinNative(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereLess(Lanes256 a, Lanes256 b, Lanes256 yes, Lanes256 no) =>
        new(
            Vector256.ConditionalSelect(Vector256.LessThan(a._low, b._low), yes._low, no._low),
            Vector256.ConditionalSelect(Vector256.LessThan(a._high, b._high), yes._high, no._high)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 a) => new(Vector256.Abs(a._low), Vector256.Abs(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PowerOfTwo(Lanes256 n) => new(PowerOfTwo(n._low), PowerOfTwo(n._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes256 a) => Sum(a._low + a._high);

    /// <summary>The last steps of the tree that all tiers share: 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> a) => Lanes128.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SumToFour(Lanes256 a, Lanes256 b, Lanes256 c, Lanes256 d) =>
        new(AddHalves(a._low + a._high, b._low + b._high), AddHalves(c._low + c._high, d._low + d._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SumFours(Lanes256 a, Lanes256 b, Lanes256 c, Lanes256 d) =>
        new(SumFours(a._low, b._low, c._low, d._low), SumFours(a._high, b._high, c._high, d._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes256 a) => Largest(Vector256.MaxNative(a._low, a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> a) =>
        Lanes128.Largest(Vector128.MaxNative(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 FromHalf(ushort* source) =>
        new(
            HalfBits.ToSingle(Avx2.ConvertToVector256Int32(Vector128.Load((short*)source + 0))),
            HalfBits.ToSingle(Avx2.ConvertToVector256Int32(Vector128.Load((short*)source + 8)))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 FromBFloat16(ushort* source) =>
        new(
            (Avx2.ConvertToVector256Int32(Vector128.Load(source + 0)) << 16).AsSingle(),
            (Avx2.ConvertToVector256Int32(Vector128.Load(source + 8)) << 16).AsSingle()
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 FromCodes(Vector128<sbyte> codes) =>
        new(
            Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(codes)),
            Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(codes, 8)))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, out Lanes256 low, out Lanes256 high)
        where TBook : struct, ICodebook
    {
        var codes = Vector128.Load(packed);
        var factor = Create(scale);
        low = FromCodes(NibbleCodes.Low<TBook>(codes)) * factor;
        high = FromCodes(NibbleCodes.High<TBook>(codes)) * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, float offset, out Lanes256 low, out Lanes256 high)
        where TBook : struct, ICodebook
    {
        Nibbles<TBook>(packed, scale, out low, out high);
        var term = Create(offset);
        low += term;
        high += term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LowNibbles<TBook>(
        byte* packed,
        float scale,
        float offset,
        out Lanes256 first,
        out Lanes256 second
    )
        where TBook : struct, ICodebook
    {
        var factor = Create(scale);
        var term = Create(offset);
        first = FromCodes(NibbleCodes.Low<TBook>(Vector128.Load(packed))) * factor + term;
        second = FromCodes(NibbleCodes.Low<TBook>(Vector128.Load(packed + 16))) * factor + term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void HighNibbles<TBook>(
        byte* packed,
        float scale,
        float offset,
        out Lanes256 first,
        out Lanes256 second
    )
        where TBook : struct, ICodebook
    {
        var factor = Create(scale);
        var term = Create(offset);
        first = FromCodes(NibbleCodes.High<TBook>(Vector128.Load(packed))) * factor + term;
        second = FromCodes(NibbleCodes.High<TBook>(Vector128.Load(packed + 16))) * factor + term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<float> n) =>
        ((Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddHalves(Vector256<float> a, Vector256<float> b) =>
        Avx.Permute2x128(a, b, 0x20) + Avx.Permute2x128(a, b, 0x31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SumFours(
        Vector256<float> a,
        Vector256<float> b,
        Vector256<float> c,
        Vector256<float> d
    )
    {
        var ab = AddPairs(a, b);
        var cd = AddPairs(c, d);
        return Avx.Shuffle(ab, cd, 0b_10_00_10_00) + Avx.Shuffle(ab, cd, 0b_11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddPairs(Vector256<float> a, Vector256<float> b) =>
        Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle() + Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();
}
