// Owns Q6_K: a super-block of 16 groups of 16 six-bit quants, each group with an eight-bit scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q6_K, 210 bytes for 256 values: <c>value = Scale · Scales[g] · (q - 32)</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ6_K : IQuantizableBlock<BlockQ6_K>
{
    /// <summary>
    /// The low four bits: group g is bytes 64·(g / 8) + 16·(g % 4) onward, the high half of them if g % 8 is 4 or more.
    /// </summary>
    public fixed byte LowBits[128];

    /// <summary>The high two bits: group g is bytes 32·(g / 8) + 16·(g % 2) onward at bit 2·(g % 8 / 2).</summary>
    public fixed byte HighBits[64];

    /// <summary>The scale of each group.</summary>
    public fixed sbyte Scales[16];

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <inheritdoc/>
    public static DType Type => DType.Q6_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ6_K block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int group = 0; group < 16; group++)
        {
            float scale = superScale * block.Scales[group];
            var (low, lowShift, high, highShift) = Place(group);
            for (int i = 0; i < 16; i++)
            {
                int quant = block.LowBits[low + i] >> lowShift & 15 | (block.HighBits[high + i] >> highShift & 3) << 4;
                values[16 * group + i] = scale * (quant - 32);
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ6_K block)
    {
        Span<sbyte> scales = stackalloc sbyte[16];
        Span<sbyte> quants = stackalloc sbyte[256];
        block = default;
        block.Scale = SymmetricSearch.Q6_K.Fit(values, scales, quants);
        if (block.Scale == default)
            return;
        for (int group = 0; group < 16; group++)
        {
            block.Scales[group] = scales[group];
            var (low, lowShift, high, highShift) = Place(group);
            for (int i = 0; i < 16; i++)
            {
                int quant = quants[16 * group + i] + 32;
                block.LowBits[low + i] |= (byte)((quant & 15) << lowShift);
                block.HighBits[high + i] |= (byte)(quant >> 4 << highShift);
            }
        }
    }

    /// <summary>First byte and bit of a group's low and high bits.</summary>
    private static (int Low, int LowShift, int High, int HighShift) Place(int group) =>
        (group / 8 * 64 + group % 4 * 16, group % 8 / 4 * 4, group / 8 * 32 + group % 2 * 16, group % 8 / 2 * 2);
}
