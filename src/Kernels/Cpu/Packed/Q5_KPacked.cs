// Owns packed Q5_K: affine scales, then four bits a code and a plane of fifth bits.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>Behind the four low bits, bit g of byte 4r + j is the fifth bit of input 4g + j of output r.</summary>
internal readonly unsafe struct Q5_KPacked : IPackedFormat
{
    public static DType Type => DType.Q5_K;

    public static int CodeBytes => FourBitCodes.Bytes + 64;

    public static int BlocksPerScales => 8;

    public static int ScaleBytes => AffineScales.Bytes;

    public static bool IsSigned => false;

    public static int GroupsInInt16 => 4;

    public static bool HasHalves => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* scales, byte* codes)
    {
        AffineScales.Pack(source, row, scales);
        var highBits = Vector256.Load((uint*)(source + 16));
        for (int block = 0; block < 8; block++)
        {
            byte* nibbles = source + 48 + 32 * (block / 2);
            byte* target = codes + CodeBytes * block;
            FourBitCodes.Pack(
                FourBitCodes.Nibbles(nibbles, block % 2),
                FourBitCodes.Nibbles(nibbles + 16, block % 2),
                row,
                target
            );
            var bits = (highBits >> block) & Vector256.Create(0x01010101u);
            uint plane = 0;
            for (int group = 0; group < 8; group++)
                plane |= bits[group] << group;
            *(uint*)(target + FourBitCodes.Bytes + 4 * row) = plane;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged =>
        TBytes.Or(
            FourBitCodes.Group<TBytes, TVector>(codes, group),
            TBytes.Field(TBytes.Load(codes + FourBitCodes.Bytes), 4 - group, 16)
        );

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
