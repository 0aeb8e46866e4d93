// Owns packed Q8_0: 16 halves, then signed bytes.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>Byte 64g + 4r + j of a block is the code of input 4g + j of output r.</summary>
internal readonly unsafe struct Q8_0Packed : IPackedFormat
{
    public static DType Type => DType.Q8_0;

    public static int CodeBytes => 512;

    public static int BlocksPerScales => 1;

    public static int ScaleBytes => 32;

    public static bool IsSigned => true;

    public static int GroupsInInt16 => 1;

    public static bool HasHalves => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* scales, byte* codes)
    {
        ((ushort*)scales)[row] = *(ushort*)source;
        for (int group = 0; group < 8; group++)
            *(int*)(codes + 64 * group + 4 * row) = *(int*)(source + 2 + 4 * group);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged => TBytes.Load(codes + 64 * group);

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
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Fma(first * TLanes.Create(scale), sum, result);
}
