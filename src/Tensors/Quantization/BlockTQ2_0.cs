// Owns TQ2_0: 256 ternary values, four to a byte, under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>TQ2_0, 66 bytes for 256 values: <c>value = Scale · (q - 1)</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockTQ2_0 : IQuantizableBlock<BlockTQ2_0>
{
    /// <summary>Byte 32·h + i holds values 128·h + 32·n + i, n from 0 to 3, at bit 2·n.</summary>
    public fixed byte Quants[64];

    /// <summary>The largest magnitude.</summary>
    public Half Scale;

    /// <inheritdoc/>
    public static DType Type => DType.TQ2_0;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockTQ2_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 256; i++)
            values[i] = ((block.Quants[i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3) - 1) * scale;
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockTQ2_0 block)
    {
        float scale = MathF.Abs(BlockSearch.Extreme(values));
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        for (int i = 0; i < 256; i++)
        {
            int quant = (int)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero) + 1;
            block.Quants[i / 128 * 32 + i % 32] |= (byte)(quant << i / 32 % 4 * 2);
        }
    }
}
