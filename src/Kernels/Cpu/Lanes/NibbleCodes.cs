// Owns the lookup of 4-bit codes in a table of 16 bytes, for the tiers that cannot look up floats directly.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Lanes;

internal static class NibbleCodes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Low<TBook>(Vector128<byte> packed)
        where TBook : struct, ICodebook =>
        Vector128.ShuffleNative(TBook.Codes, (packed & Vector128.Create((byte)15)).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> High<TBook>(Vector128<byte> packed)
        where TBook : struct, ICodebook =>
        Vector128.ShuffleNative(TBook.Codes, Vector128.ShiftRightLogical(packed, 4).AsSByte());
}
