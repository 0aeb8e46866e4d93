// Owns the expansion of Q8_0 weights: scale (half), then 32 signed bytes.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q8_0Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 34;

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
        var scale = TLanes.Create(HalfBits.ToSingle(*(ushort*)block));
        low = TLanes.FromCodes(Vector128.Load((sbyte*)block + 2)) * scale;
        high = TLanes.FromCodes(Vector128.Load((sbyte*)block + 18)) * scale;
    }
}
