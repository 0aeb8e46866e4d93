// Owns the 16 lanes as four 128-bit registers, in operations that every machine has (Arm with AdvSimd, any x86).
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Lanes;

internal readonly unsafe struct Lanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    : ILanes<Lanes128>
{
    private readonly Vector128<float> _a = a;
    private readonly Vector128<float> _b = b;
    private readonly Vector128<float> _c = c;
    private readonly Vector128<float> _d = d;

    public static bool WideTile => false;

    public static Lanes128 Zero =>
        new(Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value)
    {
        var all = Vector128.Create(value);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float low, float high)
    {
        var first = Vector128.Create(low);
        var second = Vector128.Create(high);
        return new(first, first, second, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) =>
        new(
            Vector128.Load(source),
            Vector128.Load(source + 4),
            Vector128.Load(source + 8),
            Vector128.Load(source + 12)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes128 value)
    {
        value._a.Store(destination + 0);
        value._b.Store(destination + 4);
        value._c.Store(destination + 8);
        value._d.Store(destination + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(
            Vector128.FusedMultiplyAdd(a._a, b._a, c._a),
            Vector128.FusedMultiplyAdd(a._b, b._b, c._b),
            Vector128.FusedMultiplyAdd(a._c, b._c, c._c),
            Vector128.FusedMultiplyAdd(a._d, b._d, c._d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) =>
        new(a._a + b._a, a._b + b._b, a._c + b._c, a._d + b._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) =>
        new(a._a - b._a, a._b - b._b, a._c - b._c, a._d - b._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) =>
        new(a._a * b._a, a._b * b._b, a._c * b._c, a._d * b._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) =>
        new(a._a / b._a, a._b / b._b, a._c / b._c, a._d / b._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) =>
        new(
            Vector128.MaxNative(a._a, b._a),
            Vector128.MaxNative(a._b, b._b),
            Vector128.MaxNative(a._c, b._c),
            Vector128.MaxNative(a._d, b._d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) =>
        new(
            Vector128.MinNative(a._a, b._a),
            Vector128.MinNative(a._b, b._b),
            Vector128.MinNative(a._c, b._c),
            Vector128.MinNative(a._d, b._d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereLess(Lanes128 a, Lanes128 b, Lanes128 yes, Lanes128 no) =>
        new(
            Vector128.ConditionalSelect(Vector128.LessThan(a._a, b._a), yes._a, no._a),
            Vector128.ConditionalSelect(Vector128.LessThan(a._b, b._b), yes._b, no._b),
            Vector128.ConditionalSelect(Vector128.LessThan(a._c, b._c), yes._c, no._c),
            Vector128.ConditionalSelect(Vector128.LessThan(a._d, b._d), yes._d, no._d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 a) =>
        new(Vector128.Abs(a._a), Vector128.Abs(a._b), Vector128.Abs(a._c), Vector128.Abs(a._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 n) =>
        new(PowerOfTwo(n._a), PowerOfTwo(n._b), PowerOfTwo(n._c), PowerOfTwo(n._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 a) => Sum((a._a + a._c) + (a._b + a._d));

    /// <summary>The last steps of the tree that all tiers share: 4 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a)
    {
        var pairs = a + Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1));
        return pairs.ToScalar() + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SumToFour(Lanes128 a, Lanes128 b, Lanes128 c, Lanes128 d) =>
        new(ToFour(a), ToFour(b), ToFour(c), ToFour(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SumFours(Lanes128 a, Lanes128 b, Lanes128 c, Lanes128 d) =>
        new(
            SumFours(a._a, b._a, c._a, d._a),
            SumFours(a._b, b._b, c._b, d._b),
            SumFours(a._c, b._c, c._c, d._c),
            SumFours(a._d, b._d, c._d, d._d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes128 a) =>
        Largest(Vector128.MaxNative(Vector128.MaxNative(a._a, a._c), Vector128.MaxNative(a._b, a._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> a)
    {
        var pairs = Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FromHalf(ushort* source)
    {
        var (a, b) = Vector128.Widen(Vector128.Load((short*)source));
        var (c, d) = Vector128.Widen(Vector128.Load((short*)source + 8));
        return new(HalfBits.ToSingle(a), HalfBits.ToSingle(b), HalfBits.ToSingle(c), HalfBits.ToSingle(d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FromBFloat16(ushort* source)
    {
        var (a, b) = Vector128.Widen(Vector128.Load(source));
        var (c, d) = Vector128.Widen(Vector128.Load(source + 8));
        return new((a << 16).AsSingle(), (b << 16).AsSingle(), (c << 16).AsSingle(), (d << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FromCodes(Vector128<sbyte> codes)
    {
        var (low, high) = Vector128.Widen(codes);
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return new(
            Vector128.ConvertToSingle(a),
            Vector128.ConvertToSingle(b),
            Vector128.ConvertToSingle(c),
            Vector128.ConvertToSingle(d)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, out Lanes128 low, out Lanes128 high)
        where TBook : struct, ICodebook
    {
        var codes = Vector128.Load(packed);
        var factor = Create(scale);
        low = FromCodes(NibbleCodes.Low<TBook>(codes)) * factor;
        high = FromCodes(NibbleCodes.High<TBook>(codes)) * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TBook>(byte* packed, float scale, float offset, out Lanes128 low, out Lanes128 high)
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
        out Lanes128 first,
        out Lanes128 second
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
        out Lanes128 first,
        out Lanes128 second
    )
        where TBook : struct, ICodebook
    {
        var factor = Create(scale);
        var term = Create(offset);
        first = FromCodes(NibbleCodes.High<TBook>(Vector128.Load(packed))) * factor + term;
        second = FromCodes(NibbleCodes.High<TBook>(Vector128.Load(packed + 16))) * factor + term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<float> n) =>
        ((Vector128.ConvertToInt32Native(n) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToFour(Lanes128 a) => a._a + a._c + (a._b + a._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumFours(
        Vector128<float> a,
        Vector128<float> b,
        Vector128<float> c,
        Vector128<float> d
    )
    {
        var ab = EvenOdd(AddHalves(a, b));
        var cd = EvenOdd(AddHalves(c, d));
        return AddHalves(ab, cd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddHalves(Vector128<float> a, Vector128<float> b) =>
        Vector128.Create(a.GetLower(), b.GetLower()) + Vector128.Create(a.GetUpper(), b.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> EvenOdd(Vector128<float> a) => Vector128.Shuffle(a, Vector128.Create(0, 2, 1, 3));
}
