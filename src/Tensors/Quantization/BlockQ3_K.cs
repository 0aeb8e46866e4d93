// Owns Q3_K: a super-block of 16 groups of 16 three-bit quants, each group with a six-bit scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q3_K, 110 bytes for 256 values: <c>value = Scale · s · (q - 4)</c> with s per group.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ3_K : IQuantizableBlock<BlockQ3_K>
{
    /// <summary>Bit g / 2 of byte 16·(g % 2) + i is the third bit of quant i of group g.</summary>
    public fixed byte HighBits[32];

    /// <summary>The low two bits; group g is bytes 32·(g / 8) + 16·(g % 2) onward at bit 2·(g % 8 / 2).</summary>
    public fixed byte Quants[64];

    /// <summary>The scales of the groups, packed; see <see cref="GroupScale"/>.</summary>
    public fixed byte Scales[12];

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <inheritdoc/>
    public static DType Type => DType.Q3_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <summary>The scale of group <paramref name="group"/> (0 to 15), from -32 to 31.</summary>
    public readonly int GroupScale(int group)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)group, 15u, nameof(group));
        int low = Scales[group % 8] >> group / 8 * 4 & 15;
        int high = Scales[8 + group % 4] >> group / 4 * 2 & 3;
        return (low | high << 4) - 32;
    }

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ3_K block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int group = 0; group < 16; group++)
        {
            float scale = superScale * block.GroupScale(group);
            int start = group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++)
            {
                int low = block.Quants[start + i] >> shift & 3;
                int high = block.HighBits[group % 2 * 16 + i] >> group / 2 & 1;
                values[16 * group + i] = scale * ((low | high << 2) - 4);
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ3_K block)
    {
        Span<sbyte> scales = stackalloc sbyte[16];
        Span<sbyte> quants = stackalloc sbyte[256];
        block = default;
        block.Scale = SymmetricSearch.Q3_K.Fit(values, scales, quants);
        if (block.Scale == default)
            return;
        for (int group = 0; group < 16; group++)
        {
            int scale = scales[group] + 32;
            block.Scales[group % 8] |= (byte)((scale & 15) << group / 8 * 4);
            block.Scales[8 + group % 4] |= (byte)(scale >> 4 << group / 4 * 2);
            int start = group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++)
            {
                int quant = quants[16 * group + i] + 4;
                block.Quants[start + i] |= (byte)((quant & 3) << shift);
                block.HighBits[group % 2 * 16 + i] |= (byte)(quant >> 2 << group / 2);
            }
        }
    }
}
