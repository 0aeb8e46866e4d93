// Owns packed Q4_K: affine scales, then four bits a code.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

internal readonly unsafe struct Q4_KPacked : IPackedFormat
{
    public static DType Type => DType.Q4_K;

    public static int CodeBytes => FourBitCodes.Bytes;

    public static int BlocksPerScales => 8;

    public static int ScaleBytes => AffineScales.Bytes;

    public static bool IsSigned => false;

    public static int GroupsInInt16 => 8;

    public static bool HasHalves => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* scales, byte* codes)
    {
        AffineScales.Pack(source, row, scales);
        for (int block = 0; block < 8; block++)
        {
            byte* nibbles = source + 16 + 32 * (block / 2);
            FourBitCodes.Pack(
                FourBitCodes.Nibbles(nibbles, block % 2),
                FourBitCodes.Nibbles(nibbles + 16, block % 2),
                row,
                codes + CodeBytes * block
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged => FourBitCodes.Group<TBytes, TVector>(codes, group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales<TLanes>(byte* scales, int block, out TLanes first, out TLanes second)
        where TLanes : unmanaged, ILanes<TLanes> => AffineScales.Get(scales, block, out first, out second);

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
        where TLanes : unmanaged, ILanes<TLanes> => AffineScales.Add(result, first, second, sum, scale, product);
}
