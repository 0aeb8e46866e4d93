// Owns Q5_0: 32 five-bit quants under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q5_0, 22 bytes for 32 values: <c>value = Scale · (q - 16)</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ5_0 : IQuantizableBlock<BlockQ5_0>
{
    /// <summary>The scale, negative if the value of largest magnitude is positive: that value becomes -16.</summary>
    public Half Scale;

    /// <summary>Bit i is the fifth bit of the quant of value i.</summary>
    public uint HighBits;

    /// <summary>Byte i holds the low four bits of value i in its low and of value i + 16 in its high half.</summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q5_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ5_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 16; i++)
        {
            int low = (block.Quants[i] & 15) | (int)(block.HighBits >> i & 1) << 4;
            int high = block.Quants[i] >> 4 | (int)(block.HighBits >> (i + 16) & 1) << 4;
            values[i] = (low - 16) * scale;
            values[i + 16] = (high - 16) * scale;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ5_0 block)
    {
        float scale = BlockSearch.Extreme(values) / -16;
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        // A scale without an inverse is zero as a half: then any quant will do, and ggml's are zeros.
        if (scale != 0 && inverse == 0)
            return;
        for (int i = 0; i < 16; i++)
        {
            int low = Math.Min(31, (int)(values[i] * inverse + 16.5f));
            int high = Math.Min(31, (int)(values[i + 16] * inverse + 16.5f));
            block.Quants[i] = (byte)((low & 15) | (high & 15) << 4);
            block.HighBits |= (uint)(low >> 4) << i | (uint)(high >> 4) << (i + 16);
        }
    }
}
