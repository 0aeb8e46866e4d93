// Owns the spreading of 16 packed bits over 16 bytes, as the fifth bit of 5-bit codes.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Weights;

internal static class FifthBits
{
    /// <summary>Byte i is 16 where bit i is set, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Of(ushort bits)
    {
        var spread = Vector128.ShuffleNative(
            Vector128.Create(bits).AsByte(),
            Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
        );
        var bit = Vector128.Create(0x8040201008040201).AsByte();
        return Vector128.Equals(spread & bit, bit) & Vector128.Create((byte)16);
    }
}
