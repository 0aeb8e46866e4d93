// Owns the expansion of F32 weights: plain loads.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct F32Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 128;

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
        low = TLanes.Load((float*)block);
        high = TLanes.Load((float*)block + 16);
    }
}
