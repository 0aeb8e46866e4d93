// Owns the part that all formats with four low bits share: 256 bytes for 16 outputs by 32 inputs. Byte 64c + 4r + j holds
// input 4c + j of output r in its low and input 16 + 4c + j in its high four bits.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class FourBitCodes
{
    public const int Bytes = 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged => TBytes.Field(TBytes.Load(codes + 64 * (group & 3)), group < 4 ? 0 : -4, 15);

    /// <summary>Stores the codes of 32 inputs of output <paramref name="row"/>; bits above the fourth are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(Vector128<byte> first, Vector128<byte> second, int row, byte* codes)
    {
        var packed = (first & Vector128.Create((byte)15) | second.AsUInt16().ShiftLeft4()).AsUInt32();
        *(uint*)(codes + 4 * row) = packed[0];
        *(uint*)(codes + 64 + 4 * row) = packed[1];
        *(uint*)(codes + 128 + 4 * row) = packed[2];
        *(uint*)(codes + 192 + 4 * row) = packed[3];
    }

    /// <summary>The low (0) or the high (1) nibbles of 16 bytes, in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Nibbles(byte* source, int half) =>
        (Vector128.Load(source).AsUInt16() >> 4 * half).AsByte() & Vector128.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ShiftLeft4(this Vector128<ushort> words) =>
        (words << 4).AsByte() & Vector128.Create((byte)0xf0);
}
