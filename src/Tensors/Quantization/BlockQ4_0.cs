// Owns Q4_0: 32 four-bit quants under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q4_0, 18 bytes for 32 values: <c>value = Scale · (q - 8)</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ4_0 : IQuantizableBlock<BlockQ4_0>
{
    /// <summary>The scale, negative if the value of largest magnitude is positive: that value becomes -8.</summary>
    public Half Scale;

    /// <summary>Byte i holds the quant of value i in its low and of value i + 16 in its high four bits.</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q4_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ4_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 16; i++)
        {
            values[i] = ((block.Quants[i] & 15) - 8) * scale;
            values[i + 16] = ((block.Quants[i] >> 4) - 8) * scale;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ4_0 block)
    {
        float scale = BlockSearch.Extreme(values) / -8;
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        // A scale without an inverse is zero as a half: then any quant will do, and ggml's are zeros.
        if (scale != 0 && inverse == 0)
            return;
        for (int i = 0; i < 16; i++)
        {
            int low = Math.Min(15, (int)(values[i] * inverse + 8.5f));
            int high = Math.Min(15, (int)(values[i + 16] * inverse + 8.5f));
            block.Quants[i] = (byte)(low | high << 4);
        }
    }
}
