// Owns Q2_K: a super-block of 16 groups of 16 two-bit quants, each group with a four-bit scale and minimum.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q2_K, 84 bytes for 256 values: <c>value = Scale · s · q - Minimum · m</c> with s and m per group.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ2_K : IQuantizableBlock<BlockQ2_K>
{
    /// <summary>The scale s of group g in the low, its minimum m in the high four bits.</summary>
    public fixed byte Scales[16];

    /// <summary>
    /// Group g is bytes 32·(g / 8) + 16·(g % 2) onward at bit 2·(g % 8 / 2): four groups share 16 bytes.
    /// </summary>
    public fixed byte Quants[64];

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>What the groups' minimums are multiplied with.</summary>
    public Half Minimum;

    /// <inheritdoc/>
    public static DType Type => DType.Q2_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ2_K block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        float superMinimum = (float)block.Minimum;
        for (int group = 0; group < 16; group++)
        {
            float scale = superScale * (block.Scales[group] & 15);
            float minimum = superMinimum * (block.Scales[group] >> 4);
            int start = group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++)
                values[16 * group + i] = scale * (block.Quants[start + i] >> shift & 3) - minimum;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ2_K block)
    {
        Span<byte> scales = stackalloc byte[16];
        Span<byte> minimums = stackalloc byte[16];
        Span<byte> quants = stackalloc byte[256];
        block = default;
        (block.Scale, block.Minimum) = AffineSearch.Q2_K.Fit(values, scales, minimums, quants);
        for (int group = 0; group < 16; group++)
        {
            block.Scales[group] = (byte)(scales[group] | minimums[group] << 4);
            int start = group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++)
                block.Quants[start + i] |= (byte)(quants[16 * group + i] << shift);
        }
    }
}
