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
        for (int block = 0; block < 8; block++)
        {
            scales[32 + 32 * block + row] = source[192 + 2 * block];
            scales[32 + 32 * block + 16 + row] = source[192 + 2 * block + 1];

            // Where the format keeps the inputs of a block: see BlockQ6_K.
            byte* low = source + block / 4 * 64 + block % 2 * 32;
            byte* high = source + 128 + block / 4 * 32;
            int lowShift = block % 4 / 2 * 4;
            int highShift = block % 4 * 2;

            byte* target = codes + CodeBytes * block;
            FourBitCodes.Pack(
                FourBitCodes.Nibbles(low, lowShift / 4),
                FourBitCodes.Nibbles(low + 16, lowShift / 4),
                row,
                target
            );
            for (int half = 0; half < 2; half++)
                *(uint*)(target + FourBitCodes.Bytes + 64 * half + 4 * row) = UpperBits(high + 16 * half, highShift);
        }
    }

    /// <summary>The two bits at the shift of 16 bytes: those of four inputs in a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint UpperBits(byte* source, int shift)
    {
        var bits = (Vector128.Load(source).AsUInt32() >> shift) & Vector128.Create(0x03030303u);
        return bits[0] | bits[1] << 2 | bits[2] << 4 | bits[3] << 6;
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
