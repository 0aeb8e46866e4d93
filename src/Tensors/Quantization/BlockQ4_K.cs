// Owns Q4_K: a super-block of 8 groups of 32 four-bit quants, each group with a six-bit scale and minimum.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>
/// Q4_K, 144 bytes for 256 values: <c>value = Scale · s · q - Minimum · m</c> with s and m per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ4_K : IQuantizableBlock<BlockQ4_K>
{
    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>What the groups' minimums are multiplied with.</summary>
    public Half Minimum;

    /// <summary>The six-bit scales and minimums of the groups, packed; see <see cref="GroupScale"/>.</summary>
    public fixed byte Scales[12];

    /// <summary>
    /// Byte 32·p + i holds quant i of group 2·p in its low and of group 2·p + 1 in its high four bits.
    /// </summary>
    public fixed byte Quants[128];

    /// <inheritdoc/>
    public static DType Type => DType.Q4_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <summary>The scale and the minimum of group <paramref name="group"/> (0 to 7), each from 0 to 63.</summary>
    public readonly (int Scale, int Minimum) GroupScale(int group) =>
        SixBitScales.Get(MemoryMarshal.CreateReadOnlySpan(in Scales[0], 12), group);

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ4_K block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        float superMinimum = (float)block.Minimum;
        for (int group = 0; group < 8; group++)
        {
            var (s, m) = block.GroupScale(group);
            float scale = superScale * s;
            float minimum = superMinimum * m;
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++)
                values[32 * group + i] = scale * (block.Quants[group / 2 * 32 + i] >> shift & 15) - minimum;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ4_K block)
    {
        Span<byte> scales = stackalloc byte[8];
        Span<byte> minimums = stackalloc byte[8];
        Span<byte> quants = stackalloc byte[256];
        block = default;
        (block.Scale, block.Minimum) = AffineSearch.Q4_K.Fit(values, scales, minimums, quants);
        SixBitScales.Pack(scales, minimums, MemoryMarshal.CreateSpan(ref block.Scales[0], 12));
        for (int group = 0; group < 8; group++)
        {
            for (int i = 0; i < 32; i++)
                block.Quants[group / 2 * 32 + i] |= (byte)(quants[32 * group + i] << group % 2 * 4);
        }
    }
}
