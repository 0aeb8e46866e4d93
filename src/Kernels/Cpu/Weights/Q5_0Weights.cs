// Owns the expansion of Q5_0 weights: scale (half), 32 fifth bits, then nibbles as in Q4_0; 16 too large.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q5_0Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 22;

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
        var nibbles = Vector128.Load(block + 6);
        var first = (nibbles & Vector128.Create((byte)15)) | FifthBits.Of(*(ushort*)(block + 2));
        var second = Vector128.ShiftRightLogical(nibbles, 4) | FifthBits.Of(*(ushort*)(block + 4));
        low = TLanes.FromCodes(first.AsSByte() - Vector128.Create((sbyte)16)) * scale;
        high = TLanes.FromCodes(second.AsSByte() - Vector128.Create((sbyte)16)) * scale;
    }
}
