// Owns IQ4_NL: 32 four-bit codes of unevenly spaced values under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>IQ4_NL, 18 bytes for 32 values: <c>value = Scale · NonlinearValues.All[code]</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ4_NL : IQuantizableBlock<BlockIQ4_NL>
{
    /// <summary>The scale.</summary>
    public Half Scale;

    /// <summary>Byte i holds the code of value i in its low and of value i + 16 in its high four bits.</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.IQ4_NL;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ4_NL block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 16; i++)
        {
            values[i] = scale * NonlinearValues.All[block.Quants[i] & 15];
            values[i + 16] = scale * NonlinearValues.All[block.Quants[i] >> 4];
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ4_NL block)
    {
        float scale = NonlinearValues.FitScale(values);
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        for (int i = 0; i < 16; i++)
        {
            int low = NonlinearValues.Nearest(inverse * values[i]);
            int high = NonlinearValues.Nearest(inverse * values[i + 16]);
            block.Quants[i] = (byte)(low | high << 4);
        }
    }
}
