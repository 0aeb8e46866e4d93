// Owns how Q4_K and Q5_K pack eight six-bit scales and eight six-bit minimums into twelve bytes.
namespace Tern.Tensors.Quantization;

/// <summary>
/// Bytes 0 to 3 hold the scales and bytes 4 to 7 the minimums of groups 0 to 3 in their low six bits. Bytes 8 to 11
/// hold the low four bits of the scales and minimums of groups 4 to 7, whose high two bits are the spare ones of bytes
/// 0 to 7.
/// </summary>
internal static class SixBitScales
{
    public static (int Scale, int Minimum) Get(ReadOnlySpan<byte> packed, int group) =>
        group < 4
            ? (packed[group] & 63, packed[group + 4] & 63)
            : (packed[group + 4] & 15 | packed[group - 4] >> 6 << 4, packed[group + 4] >> 4 | packed[group] >> 6 << 4);

    public static void Pack(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minimums, Span<byte> packed)
    {
        for (int i = 0; i < 4; i++)
        {
            packed[i] = (byte)(scales[i] | scales[i + 4] >> 4 << 6);
            packed[i + 4] = (byte)(minimums[i] | minimums[i + 4] >> 4 << 6);
            packed[i + 8] = (byte)(scales[i + 4] & 15 | (minimums[i + 4] & 15) << 4);
        }
    }
}
