// Owns NVFP4: 64 four-bit floats, each 16 of them under an eight-bit float.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>NVFP4, 36 bytes for 64 values: four groups of 16 E2M1 elements, each with an unsigned E4M3 scale.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockNVFP4 : IQuantizableBlock<BlockNVFP4>
{
    /// <summary>The scale of each group; see <see cref="EightBitScale"/>.</summary>
    public fixed byte Scales[4];

    /// <summary>
    /// Byte 8·g + i holds the code of value 16·g + i in its low and of value 16·g + i + 8 in its high four bits; see
    /// <see cref="FourBitFloat"/>.
    /// </summary>
    public fixed byte Quants[32];

    /// <inheritdoc/>
    public static DType Type => DType.NVFP4;

    /// <inheritdoc/>
    public static int Elements => 64;

    /// <inheritdoc/>
    public static void Dequantize(in BlockNVFP4 block, Span<float> values)
    {
        for (int group = 0; group < 4; group++)
        {
            float scale = EightBitScale.Half(block.Scales[group]);
            for (int i = 0; i < 8; i++)
            {
                byte pair = block.Quants[8 * group + i];
                values[16 * group + i] = FourBitFloat.Doubled[pair & 15] * scale;
                values[16 * group + i + 8] = FourBitFloat.Doubled[pair >> 4] * scale;
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockNVFP4 block)
    {
        block = default;
        for (int group = 0; group < 4; group++)
        {
            var part = values.Slice(16 * group, 16);
            block.Scales[group] = EightBitScale.FromFloat(MathF.Abs(BlockSearch.Extreme(part)) / 6);
            float scale = EightBitScale.Half(block.Scales[group]);
            for (int i = 0; i < 8; i++)
            {
                int low = FourBitFloat.Nearest(part[i], scale);
                int high = FourBitFloat.Nearest(part[i + 8], scale);
                block.Quants[8 * group + i] = (byte)(low | high << 4);
            }
        }
    }
}
