// Owns packed Q6_K: for a super-block 16 halves d and for each of its 16 groups of 16 inputs 16 signed bytes s; then four
// bits a code and two planes of upper bits. A value is (d · s) · (code - 32).
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>Behind the four low bits, bits 2i and 2i + 1 of byte 64h + 4r + j are the upper two of input 16h + 4i + j of output r.</summary>
internal readonly unsafe struct Q6_KPacked : IPackedFormat
{
    public static DType Type => DType.Q6_K;

    public static int CodeBytes => FourBitCodes.Bytes + 128;

    public static int BlocksPerScales => 8;

    public static int ScaleBytes => 32 + 16 * 16;

    public static bool IsSigned => false;

    public static int GroupsInInt16 => 2;

    public static bool HasHalves => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* scales, byte* codes)
    {
        ((ushort*)scales)[row] = *(ushort*)(source + 208);
        byte* values = stackalloc byte[32];
        for (int block = 0; block < 8; block++)
        {
            scales[32 + 32 * block + row] = source[192 + 2 * block];
            scales[32 + 32 * block + 16 + row] = source[192 + 2 * block + 1];

            // Where the format keeps the inputs of a block: see BlockQ6_K.
            byte* low = source + block / 4 * 64 + block % 2 * 32;
            byte* high = source + 128 + block / 4 * 32;
            int lowShift = block % 4 / 2 * 4;
            int highShift = block % 4 * 2;
            for (int k = 0; k < 32; k++)
                values[k] = (byte)(low[k] >> lowShift & 15 | (high[k] >> highShift & 3) << 4);

            byte* target = codes + CodeBytes * block;
            FourBitCodes.Pack(Vector128.Load(values), Vector128.Load(values + 16), row, target);
            for (int k = 0; k < 32; k += 16)
            for (int j = 0; j < 4; j++)
            {
                int bits = 0;
                for (int i = 0; i < 4; i++)
                    bits |= values[k + 4 * i + j] >> 4 << 2 * i;
                target[FourBitCodes.Bytes + 4 * k + 4 * row + j] = (byte)bits;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged =>
        TBytes.Or(
            FourBitCodes.Group<TBytes, TVector>(codes, group),
            TBytes.Field(TBytes.Load(codes + FourBitCodes.Bytes + 64 * (group >> 2)), 4 - 2 * (group & 3), 48)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales<TLanes>(byte* scales, int block, out TLanes first, out TLanes second)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var d = TLanes.FromHalf((ushort*)scales);
        sbyte* own = (sbyte*)scales + 32 + 32 * block;
        first = d * TLanes.FromCodes(Vector128.Load(own));
        second = d * TLanes.FromCodes(Vector128.Load(own + 16));
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
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.Create(scale);
        result = TLanes.Fma(first * factor, sum - TLanes.Create(32 * sums[0]), result);
        return TLanes.Fma(second * factor, sum1 - TLanes.Create(32 * sums[1]), result);
    }
}
