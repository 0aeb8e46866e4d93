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
    public static void Prepare(byte* block, float* workspace)
    {
        var d = Vector128.Create(HalfBits.ToSingle(*(ushort*)(block + 208)));
        var (low, high) = Vector128.Widen(Vector128.Load((sbyte*)block + 192));
        var (a, b) = Vector128.Widen(low);
        var (c, e) = Vector128.Widen(high);
        (Vector128.ConvertToSingle(a) * d).Store(workspace);
        (Vector128.ConvertToSingle(b) * d).Store(workspace + 4);
        (Vector128.ConvertToSingle(c) * d).Store(workspace + 8);
        (Vector128.ConvertToSingle(e) * d).Store(workspace + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes>(byte* block, float* workspace, int group, out TLanes low, out TLanes high)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int half = group >> 2;
        int part = group & 3;
        byte* nibbles = block + half * 64 + (part & 1) * 32;
        byte* pairs = block + 128 + half * 32;
        low = TLanes.FromCodes(Codes(nibbles, pairs, part)) * TLanes.Create(workspace[2 * group]);
        high = TLanes.FromCodes(Codes(nibbles + 16, pairs + 16, part)) * TLanes.Create(workspace[2 * group + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Codes(byte* nibbles, byte* pairs, int part)
    {
        // Shifts of 16-bit lanes drag in neighbours' bits; the masks remove them.
        var lower = Vector128.ShiftRightLogical(Vector128.Load((ushort*)nibbles), (part >> 1) * 4).AsByte();
        var upper = Vector128.ShiftRightLogical(Vector128.Load((ushort*)pairs), 2 * part).AsByte();
        var sixteens = Vector128.ShiftLeft((upper & Vector128.Create((byte)3)).AsUInt16(), 4).AsByte();
        var codes = (lower & Vector128.Create((byte)15)) | sixteens;
        return codes.AsSByte() - Vector128.Create((sbyte)32);
    }
}
