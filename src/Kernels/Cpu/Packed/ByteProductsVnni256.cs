// Owns byte products in a 256-bit register with dot product instructions (x86 with AVX-VNNI): sums have 32 bits
// throughout.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct ByteProductsVnni256 : IByteProducts<Vector256<byte>>
{
    public static bool IsSupported => Lanes256.IsSupported && AvxVnni.IsSupported;

    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* codes) => Vector256.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, Vector256<byte> codes) => codes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(sbyte* x) => Vector256.Create(*(int*)x).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Field(Vector256<byte> codes, int left, byte mask) =>
        ByteProducts256.Field(codes, left, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Or(Vector256<byte> a, Vector256<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(Vector256<byte> codes, Vector256<byte> x) => MultiplyAdd(default, codes, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplyAdd(Vector256<byte> sum, Vector256<byte> codes, Vector256<byte> x) =>
        AvxVnni.MultiplyWideningAndAdd(sum.AsInt32(), codes, x.AsSByte()).AsByte();

    /// <summary>The code's sign goes over to x: the magnitude, up to 128, is an unsigned byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplySigned(Vector256<byte> codes, Vector256<byte> x)
    {
        var turned = Avx2.Sign(x.AsSByte(), codes.AsSByte());
        return AvxVnni.MultiplyWideningAndAdd(Vector256<int>.Zero, Avx2.Abs(codes.AsSByte()), turned).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ToInt32(Vector256<byte> sum) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddInt32(Vector256<byte> a, Vector256<byte> b) => ByteProducts256.AddInt32(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingle(float* destination, Vector256<byte> sum) =>
        ByteProducts256.StoreSingle(destination, sum);
}
