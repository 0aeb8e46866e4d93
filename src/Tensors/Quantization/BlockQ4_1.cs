// Owns Q4_1: 32 four-bit quants under a scale and a minimum.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q4_1, 20 bytes for 32 values: <c>value = Scale · q + Minimum</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ4_1 : IQuantizableBlock<BlockQ4_1>
{
    /// <summary>The step between quants.</summary>
    public Half Scale;

    /// <summary>The value of quant 0.</summary>
    public Half Minimum;

    /// <summary>Byte i holds the quant of value i in its low and of value i + 16 in its high four bits.</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q4_1;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ4_1 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        float minimum = (float)block.Minimum;
        for (int i = 0; i < 16; i++)
        {
            values[i] = (block.Quants[i] & 15) * scale + minimum;
            values[i + 16] = (block.Quants[i] >> 4) * scale + minimum;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ4_1 block)
    {
        var (minimum, maximum) = BlockSearch.Range(values);
        float scale = (maximum - minimum) / 15;
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        block.Minimum = (Half)minimum;
        for (int i = 0; i < 16; i++)
        {
            int low = Math.Min(15, (int)((values[i] - minimum) * inverse + 0.5f));
            int high = Math.Min(15, (int)((values[i + 16] - minimum) * inverse + 0.5f));
            block.Quants[i] = (byte)(low | high << 4);
        }
    }
}
