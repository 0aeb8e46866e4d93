// Owns the expansion of Q6_K weights: 128 bytes of lower nibbles, 64 bytes of upper bit pairs, 16 signed scales, d (half).
// Each half of 128 elements has 64 + 32 bytes: groups 0 and 1 are the low nibbles of the first and second 32 bytes,
// groups 2 and 3 the high ones; group g's upper bits are bits 2g and 2g + 1 of the 32 bytes.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct Q6_KWeights : IWeightFormat
{
    public static int Elements => 256;

    public static int Bytes => 210;

    public static int Workspace => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var d = TLanes.Create(HalfBits.ToSingle(*(ushort*)(block + 208)));
        TLanes.Store(workspace, TLanes.FromCodes(Vector128.Load((sbyte*)block + 192)) * d);
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
        // Shifts of 16-bit lanes drag in neighbours' bits; the masks remove them.
        var nibbles = Vector256.Load((ushort*)(block + 64 * quad + (part & 1) * 32));
        var pairs = Vector256.Load((ushort*)(block + 128 + 32 * quad));
        if (part >= 2)
            nibbles = Vector256.ShiftRightLogical(nibbles, 4);
        pairs = part < 2 ? pairs << (4 - 2 * part) : Vector256.ShiftRightLogical(pairs, 2 * part - 4);
        var lower = nibbles.AsByte() & Vector256.Create((byte)15);
        var codes = (lower | (pairs.AsByte() & Vector256.Create((byte)48))).AsSByte() - Vector256.Create((sbyte)32);
        int group = 4 * quad + part;
        low = TLanes.FromCodes(codes.GetLower()) * TLanes.Create(workspace[2 * group]);
        high = TLanes.FromCodes(codes.GetUpper()) * TLanes.Create(workspace[2 * group + 1]);
    }
}
