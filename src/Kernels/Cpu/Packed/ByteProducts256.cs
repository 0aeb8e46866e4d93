// Owns byte products in a 256-bit register without dot product instructions (x86 with AVX2): pairs of products are summed
// in 16 bits.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct ByteProducts256 : IByteProducts<Vector256<byte>>
{
    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* codes) => Vector256.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, Vector256<byte> codes) => codes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(sbyte* x) => Vector256.Create(*(int*)x).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Field(Vector256<byte> codes, int left, byte mask)
    {
        var words = codes.AsUInt16();
        if (left > 0)
            words <<= left;
        else if (left < 0)
            words >>= -left;
        return words.AsByte() & Vector256.Create(mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Or(Vector256<byte> a, Vector256<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(Vector256<byte> codes, Vector256<byte> x) =>
        Avx2.MultiplyAddAdjacent(codes, x.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplyAdd(Vector256<byte> sum, Vector256<byte> codes, Vector256<byte> x) =>
        (sum.AsInt16() + Avx2.MultiplyAddAdjacent(codes, x.AsSByte())).AsByte();

    /// <summary>The code's sign goes over to x: the magnitude, up to 128, is an unsigned byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplySigned(Vector256<byte> codes, Vector256<byte> x)
    {
        var turned = Avx2.Sign(x.AsSByte(), codes.AsSByte());
        return Avx2.MultiplyAddAdjacent(Avx2.Abs(codes.AsSByte()), turned).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ToInt32(Vector256<byte> sum) =>
        Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256<short>.One).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddInt32(Vector256<byte> a, Vector256<byte> b) =>
        (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingle(float* destination, Vector256<byte> sum) =>
        Avx.ConvertToVector256Single(sum.AsInt32()).Store(destination);
}
