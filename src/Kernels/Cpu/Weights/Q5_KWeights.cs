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
    public static void Prepare(byte* block, float* workspace) => KScales.Decode(block, workspace);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes>(byte* block, float* workspace, int group, out TLanes low, out TLanes high)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* packed = block + 48 + (group >> 1) * 32;
        var scale = TLanes.Create(workspace[group]);
        var minimum = TLanes.Create(workspace[8 + group]);
        low = TLanes.FromCodes(Codes(packed, block + 16, group)) * scale + minimum;
        high = TLanes.FromCodes(Codes(packed + 16, block + 32, group)) * scale + minimum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Codes(byte* packed, byte* fifth, int group)
    {
        // Shifts of 16-bit lanes drag in neighbours' bits; the masks remove them.
        var nibbles = Vector128.ShiftRightLogical(Vector128.Load((ushort*)packed), (group & 1) * 4).AsByte();
        var bits = Vector128.ShiftRightLogical(Vector128.Load((ushort*)fifth), group).AsByte();
        var sixteens = Vector128.ShiftLeft((bits & Vector128.Create((byte)1)).AsUInt16(), 4).AsByte();
        return ((nibbles & Vector128.Create((byte)15)) | sixteens).AsSByte();
    }
}
