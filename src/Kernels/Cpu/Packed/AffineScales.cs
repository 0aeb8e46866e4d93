// Owns the scales of packed Q4_K and Q5_K: for a super-block 16 halves d and 16 halves dmin, then for each of its eight
// blocks 16 bytes s and 16 bytes m. A value is (d · s) · code - dmin · m.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class AffineScales
{
    public const int Bytes = 64 + 8 * 32;

    /// <param name="source">d, dmin and the twelve bytes of six-bit scales, as Q4_K and Q5_K begin.</param>
    /// <param name="row">Output in the panel.</param>
    /// <param name="scales">The super-block's scales.</param>
    public static void Pack(byte* source, int row, byte* scales)
    {
        ((ushort*)scales)[row] = *(ushort*)source;
        ((ushort*)scales)[16 + row] = *(ushort*)(source + 2);
        var header = (BlockQ4_K*)source; // Q5_K begins in the same way
        for (int block = 0; block < 8; block++)
        {
            var (scale, minimum) = header->GroupScale(block);
            scales[64 + 32 * block + row] = (byte)scale;
            scales[64 + 32 * block + 16 + row] = (byte)minimum;
        }
    }

    /// <summary>d · s, and -dmin · m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Get<TLanes>(byte* scales, int block, out TLanes scale, out TLanes minimum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* own = scales + 64 + 32 * block;
        scale = TLanes.FromHalf((ushort*)scales) * TLanes.FromCodes(Vector128.Load((sbyte*)own));
        minimum =
            (TLanes.Zero - TLanes.FromHalf((ushort*)scales + 16)) * TLanes.FromCodes(Vector128.Load((sbyte*)own + 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(TLanes result, TLanes first, TLanes second, TLanes sum, float scale, float product)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        result = TLanes.Fma(first * TLanes.Create(scale), sum, result);
        return TLanes.Fma(second, TLanes.Create(product), result);
    }
}
