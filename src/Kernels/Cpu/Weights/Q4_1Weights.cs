// Owns the expansion of Q4_1 weights: scale and minimum (halves), then nibbles, elements 0-15 low and 16-31 high.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q4_1Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 20;

    public static int Workspace => 0;

    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes> { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes>(
        byte* block,
        float* workspace,
        int quad,
        int part,
        out TLanes low,
        out TLanes high
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float scale = HalfBits.ToSingle(*(ushort*)block);
        float minimum = HalfBits.ToSingle(*(ushort*)(block + 2));
        TLanes.Nibbles<UnsignedNibbles>(block + 4, scale, minimum, out low, out high);
    }
}
