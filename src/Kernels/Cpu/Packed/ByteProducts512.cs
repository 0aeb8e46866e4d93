// Owns byte products in a 512-bit register without dot product instructions, which .NET does not offer in this width
// (x86 with AVX-512): pairs of products are summed in 16 bits.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct ByteProducts512 : IByteProducts<Vector512<byte>>
{
    public static int Bytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* codes) => Vector512.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, Vector512<byte> codes) => codes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(sbyte* x) => Vector512.Create(*(int*)x).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Field(Vector512<byte> codes, int left, byte mask)
    {
        var words = codes.AsUInt16();
        if (left > 0)
            words <<= left;
        else if (left < 0)
            words >>= -left;
        return words.AsByte() & Vector512.Create(mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> a, Vector512<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Multiply(Vector512<byte> codes, Vector512<byte> x) =>
        Avx512BW.MultiplyAddAdjacent(codes, x.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyAdd(Vector512<byte> sum, Vector512<byte> codes, Vector512<byte> x) =>
        (sum.AsInt16() + Avx512BW.MultiplyAddAdjacent(codes, x.AsSByte())).AsByte();

    /// <summary>The code's sign goes over to x: the magnitude, up to 128, is an unsigned byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplySigned(Vector512<byte> codes, Vector512<byte> x)
    {
        var four = x.AsSByte();
        var signed = codes.AsSByte();
        var turned = Vector512.ConditionalSelect(Vector512.LessThan(signed, Vector512<sbyte>.Zero), -four, four);
        return Avx512BW.MultiplyAddAdjacent(Avx512BW.Abs(signed), turned).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ToInt32(Vector512<byte> sum) =>
        Avx512BW.MultiplyAddAdjacent(sum.AsInt16(), Vector512<short>.One).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddInt32(Vector512<byte> a, Vector512<byte> b) =>
        (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingle(float* destination, Vector512<byte> sum) =>
        Avx512F.ConvertToVector512Single(sum.AsInt32()).Store(destination);
}
