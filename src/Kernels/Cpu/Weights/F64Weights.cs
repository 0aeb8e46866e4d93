// Owns the expansion of F64 weights, which no model of note uses: narrowed one by one.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct F64Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 256;

    public static int Workspace => 32;

    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < 32; i++)
            workspace[i] = (float)((double*)block)[i];
    }

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
        low = TLanes.Load(workspace);
        high = TLanes.Load(workspace + 16);
    }
}
