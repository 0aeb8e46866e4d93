// Owns the expansion of Q4_K weights: d, dmin (halves), 12 bytes of scales, then four times 32 bytes whose low nibbles
// are one group of 32 elements and whose high nibbles the next.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q4_KWeights : IWeightFormat
{
    public static int Elements => 256;

    public static int Bytes => 144;

    public static int Workspace => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes> => KScales.Decode<TLanes>(block, workspace);

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
        int group = 4 * quad + part;
        byte* packed = block + 16 + 64 * quad + (part >> 1) * 32;
        if ((part & 1) == 0)
            TLanes.LowNibbles<UnsignedNibbles>(packed, workspace[group], workspace[8 + group], out low, out high);
        else
            TLanes.HighNibbles<UnsignedNibbles>(packed, workspace[group], workspace[8 + group], out low, out high);
    }
}
