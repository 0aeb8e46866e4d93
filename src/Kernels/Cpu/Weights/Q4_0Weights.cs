// Owns the expansion of Q4_0 weights: scale (half), then nibbles, elements 0-15 low and 16-31 high, eight too large.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q4_0Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 18;

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
        TLanes.Nibbles<CenteredNibbles>(block + 2, HalfBits.ToSingle(*(ushort*)block), out low, out high);
    }
}
