// Owns byte products in a 128-bit register, on any processor.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct ByteProducts128 : IByteProducts<Vector128<byte>>
{
    public static int Bytes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* codes) => Vector128.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, Vector128<byte> codes) => codes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(sbyte* x) => Vector128.Create(*(int*)x).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Field(Vector128<byte> codes, int left, byte mask)
    {
        var words = codes.AsUInt16();
        if (left > 0)
            words <<= left;
        else if (left < 0)
            words >>= -left;
        return words.AsByte() & Vector128.Create(mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Or(Vector128<byte> a, Vector128<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Multiply(Vector128<byte> codes, Vector128<byte> x) => Pairs(codes, x).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyAdd(Vector128<byte> sum, Vector128<byte> codes, Vector128<byte> x) =>
        (sum.AsInt16() + Pairs(codes, x)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplySigned(Vector128<byte> codes, Vector128<byte> x) =>
        SignedPairs(codes.AsSByte(), x.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToInt32(Vector128<byte> sum) => AddPairs(sum.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddInt32(Vector128<byte> a, Vector128<byte> b) =>
        (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingle(float* destination, Vector128<byte> sum) =>
        Vector128.ConvertToSingle(sum.AsInt32()).Store(destination);

    /// <summary>Sums of adjacent products, for codes from 0 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Pairs(Vector128<byte> codes, Vector128<byte> x)
    {
        var four = x.AsSByte();
        return Ssse3.IsSupported ? Ssse3.MultiplyAddAdjacent(codes, four) : SignedPairs(codes.AsSByte(), four);
    }

    /// <summary>Sums of adjacent products, for codes from -128 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> SignedPairs(Vector128<sbyte> codes, Vector128<sbyte> x) =>
        Vector128.Narrow(
            AddPairs(Vector128.WidenLower(codes) * Vector128.WidenLower(x)),
            AddPairs(Vector128.WidenUpper(codes) * Vector128.WidenUpper(x))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddPairs(Vector128<short> words)
    {
        var pairs = words.AsInt32();
        return (pairs << 16 >> 16) + (pairs >> 16);
    }
}
