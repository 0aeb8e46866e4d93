// Owns the expansion of Q5_K weights: as Q4_K, with 32 bytes before the nibbles whose bit g is the fifth bit of group g.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q5_KWeights : IWeightFormat
{
    public static int Elements => 256;

    public static int Bytes => 176;

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
        var scale = TLanes.Create(workspace[group]);
        var minimum = TLanes.Create(workspace[8 + group]);

        // Shifts of 16-bit lanes drag in neighbours' bits; the masks remove them.
        var nibbles = Vector256.Load((ushort*)(block + 48 + 64 * quad + (part >> 1) * 32));
        var fifth = Vector256.ShiftRightLogical(Vector256.Load((ushort*)(block + 16)), 4 * quad);
        var bits = fifth << (4 - part);
        if ((part & 1) != 0)
            nibbles = Vector256.ShiftRightLogical(nibbles, 4);
        var codes = (
            (nibbles.AsByte() & Vector256.Create((byte)15)) | (bits.AsByte() & Vector256.Create((byte)16))
        ).AsSByte();
        low = TLanes.FromCodes(codes.GetLower()) * scale + minimum;
        high = TLanes.FromCodes(codes.GetUpper()) * scale + minimum;
    }
}
