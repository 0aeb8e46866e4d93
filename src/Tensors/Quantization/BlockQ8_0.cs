// Owns Q8_0: 32 signed bytes under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Q8_0, 34 bytes for 32 values: <c>value = Scale · Quants[i]</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockQ8_0 : IQuantizableBlock<BlockQ8_0>
{
    /// <summary>The scale; the quantizer makes the largest magnitude 127.</summary>
    public Half Scale;

    /// <summary>The quants in order.</summary>
    public fixed sbyte Quants[32];

    /// <inheritdoc/>
    public static DType Type => DType.Q8_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockQ8_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        for (int i = 0; i < 32; i++)
            values[i] = block.Quants[i] * scale;
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockQ8_0 block)
    {
        float largest = 0;
        foreach (float value in values)
            largest = MathF.Max(largest, MathF.Abs(value));
        float scale = largest / 127;
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        for (int i = 0; i < 32; i++)
            block.Quants[i] = (sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
    }
}
