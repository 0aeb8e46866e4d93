// Owns Q5_1: 32 five-bit quants under a scale and a minimum.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q5_1, 24 bytes for 32 values: <c>value = Scale · q + Minimum</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ5_1 : IQuantizableBlock<BlockQ5_1>
{
    /// <summary>The step between quants.</summary>
    public Half Scale;

    /// <summary>The value of quant 0.</summary>
    public Half Minimum;

    /// <summary>Bit i is the fifth bit of the quant of value i.</summary>
    public uint HighBits;

    /// <summary>Byte i holds the low four bits of value i in its low and of value i + 16 in its high half.</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q5_1;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ5_1 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        float minimum = (float)block.Minimum;
        for (int i = 0; i < 16; i++)
        {
            int low = (block.Quants[i] & 15) | (int)(block.HighBits >> i & 1) << 4;
            int high = block.Quants[i] >> 4 | (int)(block.HighBits >> (i + 16) & 1) << 4;
            values[i] = low * scale + minimum;
            values[i + 16] = high * scale + minimum;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ5_1 block)
    {
        var (minimum, maximum) = BlockSearch.Range(values);
        float scale = (maximum - minimum) / 31;
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        block.Minimum = (Half)minimum;
        for (int i = 0; i < 16; i++)
        {
            int low = Math.Min(31, (int)((values[i] - minimum) * inverse + 0.5f));
            int high = Math.Min(31, (int)((values[i + 16] - minimum) * inverse + 0.5f));
            block.Quants[i] = (byte)((low & 15) | (high & 15) << 4);
            block.HighBits |= (uint)(low >> 4) << i | (uint)(high >> 4) << (i + 16);
        }
    }
}
