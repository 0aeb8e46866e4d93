// Owns Q1_0: 128 signs under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q1_0, 18 bytes for 128 values: <c>value = ±Scale</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ1_0 : IQuantizableBlock<BlockQ1_0>
{
    /// <summary>The mean magnitude.</summary>
    public Half Scale;

    /// <summary>Bit i % 8 of byte i / 8 is set if value i is not negative.</summary>
    public fixed byte Signs[16];

    /// <inheritdoc/>
    public static DType Type => DType.Q1_0;

    /// <inheritdoc/>
    public static int Elements => 128;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ1_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 128; i++)
            values[i] = (block.Signs[i / 8] >> i % 8 & 1) != 0 ? scale : -scale;
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ1_0 block)
    {
        float sum = 0;
        block = default;
        for (int i = 0; i < 128; i++)
        {
            sum += MathF.Abs(values[i]);
            if (values[i] >= 0)
                block.Signs[i / 8] |= (byte)(1 << i % 8);
        }
        block.Scale = (Half)(sum / 128);
    }
}
