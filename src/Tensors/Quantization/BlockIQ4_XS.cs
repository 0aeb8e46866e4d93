// Owns IQ4_XS: a super-block of 8 groups of 32 four-bit codes, each group with a six-bit scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ4_XS, 136 bytes for 256 values: <c>value = Scale · (s - 32) · NonlinearValues.All[code]</c> with s per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ4_XS : IQuantizableBlock<BlockIQ4_XS>
{
    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>The high two bits of the scale s of group g are at bit 2·g.</summary>
    public ushort ScalesHigh;

    /// <summary>The low four bits of the scale s of group g are in byte g / 2, the low half for an even g.</summary>
    public fixed byte ScalesLow[4];

    /// <summary>
    /// Byte 16·g + i holds the code of value 32·g + i in its low and of value 32·g + i + 16 in its high four bits.
    /// </summary>
    public fixed byte Quants[128];

    /// <inheritdoc/>
    public static DType Type => DType.IQ4_XS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <summary>The scale of group <paramref name="group"/> (0 to 7), from -32 to 31.</summary>
    public readonly int GroupScale(int group)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)group, 7u, nameof(group));
        return (ScalesLow[group / 2] >> group % 2 * 4 & 15 | (ScalesHigh >> 2 * group & 3) << 4) - 32;
    }

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ4_XS block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int group = 0; group < 8; group++)
        {
            float scale = superScale * block.GroupScale(group);
            for (int i = 0; i < 16; i++)
            {
                byte pair = block.Quants[16 * group + i];
                values[32 * group + i] = scale * NonlinearValues.All[pair & 15];
                values[32 * group + i + 16] = scale * NonlinearValues.All[pair >> 4];
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ4_XS block)
    {
        Span<float> scales = stackalloc float[8];
        for (int group = 0; group < 8; group++)
            scales[group] = NonlinearValues.FitScale(values.Slice(32 * group, 32));
        float superScale = -BlockSearch.Extreme(scales) / 32;
        float superInverse = BlockSearch.Inverse(superScale);
        block = default;
        block.Scale = (Half)superScale;
        for (int group = 0; group < 8; group++)
        {
            int level = Math.Clamp(BlockSearch.Nearest(superInverse * scales[group]), -32, 31);
            block.ScalesLow[group / 2] |= (byte)((level + 32 & 15) << group % 2 * 4);
            block.ScalesHigh |= (ushort)(level + 32 >> 4 << 2 * group);
            float scale = superScale * level;
            float inverse = BlockSearch.Inverse(scale);
            for (int i = 0; i < 16; i++)
            {
                int low = NonlinearValues.Nearest(inverse * values[32 * group + i]);
                int high = NonlinearValues.Nearest(inverse * values[32 * group + i + 16]);
                block.Quants[16 * group + i] = (byte)(low | high << 4);
            }
        }
    }
}
