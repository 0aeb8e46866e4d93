// Owns packed Q4_0: 16 halves, then four bits a code, eight too large.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct Q4_0Packed : IPackedFormat
{
    public static DType Type => DType.Q4_0;

    public static int CodeBytes => FourBitCodes.Bytes;

    public static int BlocksPerScales => 1;

    public static int ScaleBytes => 32;

    public static bool IsSigned => false;

    public static int GroupsInInt16 => 8;

    public static bool HasHalves => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* scales, byte* codes)
    {
        ((ushort*)scales)[row] = *(ushort*)source;
        FourBitCodes.Pack(FourBitCodes.Nibbles(source + 2, 0), FourBitCodes.Nibbles(source + 2, 1), row, codes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged => FourBitCodes.Group<TBytes, TVector>(codes, group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales<TLanes>(byte* scales, int block, out TLanes first, out TLanes second)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        first = TLanes.FromHalf((ushort*)scales);
        second = first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(
        TLanes result,
        TLanes first,
        TLanes second,
        TLanes sum,
        TLanes sum1,
        float scale,
        short* sums,
        float product
    )
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Fma(first * TLanes.Create(scale), sum - TLanes.Create(8 * (sums[0] + sums[1])), result);
}
