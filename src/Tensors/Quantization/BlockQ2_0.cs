// Owns Q2_0: 64 two-bit quants under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q2_0, 18 bytes for 64 values: <c>value = Scale · (q - 1)</c>, that is -1, 0, 1 or 2 scales.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ2_0 : IQuantizableBlock<BlockQ2_0>
{
    /// <summary>The largest magnitude.</summary>
    public Half Scale;

    /// <summary>Byte i / 4 holds the quant of value i at bit 2 · (i % 4).</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q2_0;

    /// <inheritdoc/>
    public static int Elements => 64;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ2_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 64; i++)
            values[i] = ((block.Quants[i / 4] >> i % 4 * 2 & 3) - 1) * scale;
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ2_0 block)
    {
        float scale = MathF.Abs(BlockSearch.Extreme(values));
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        // A scale without an inverse is zero as a half: then any quant will do, and ggml's are zeros.
        if (scale != 0 && inverse == 0)
            return;
        for (int i = 0; i < 64; i++)
        {
            int quant = (int)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero) + 1;
            block.Quants[i / 4] |= (byte)(Math.Clamp(quant, 0, 3) << i % 4 * 2);
        }
    }
}
