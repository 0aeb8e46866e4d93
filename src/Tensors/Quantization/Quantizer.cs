// Owns the way from floats to the bytes of a row: one dispatch, then one loop for all block formats.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Turns floats into rows of any type that has a quantizer.</summary>
public static class Quantizer
{
    /// <summary>The types <see cref="Row"/> can write.</summary>
    public static IReadOnlyList<DType> SupportedTypes { get; } =
    [
        DType.F32,
        DType.F16,
        DType.BF16,
        DType.Q4_0,
        DType.Q4_1,
        DType.Q5_0,
        DType.Q5_1,
        DType.Q8_0,
        DType.Q2_K,
        DType.Q3_K,
        DType.Q4_K,
        DType.Q5_K,
        DType.Q6_K,
        DType.IQ2_XXS,
        DType.IQ2_XS,
        DType.IQ2_S,
        DType.IQ3_XXS,
        DType.IQ3_S,
        DType.IQ1_S,
        DType.IQ1_M,
        DType.IQ4_NL,
        DType.IQ4_XS,
        DType.TQ1_0,
        DType.TQ2_0,
        DType.MXFP4,
        DType.NVFP4,
        DType.Q1_0,
        DType.Q2_0,
    ];

    /// <summary>Whether <see cref="Row"/> can write the type.</summary>
    public static bool Supports(DType type) => SupportedTypes.Contains(type);

    /// <summary>
    /// Packs one row, or several adjacent ones. Blocks of quantized types hold finite values only; a value too large
    /// for the format's scale becomes infinite, as it does in ggml.
    /// </summary>
    /// <param name="type">The element type to write.</param>
    /// <param name="values">Whole blocks of values.</param>
    /// <param name="destination">Receives the bytes; exactly as many as the values take.</param>
    /// <exception cref="QuantizationNotSupportedException">The type has no quantizer.</exception>
    /// <exception cref="ArgumentException">The lengths do not match, the type is unknown or no real type, or a value
    /// for a block is not finite.</exception>
    public static void Row(DType type, ReadOnlySpan<float> values, Span<byte> destination)
    {
        RowLengths.Check(type, destination.Length, nameof(destination), values.Length, nameof(values));
        switch (type)
        {
            case DType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(destination);
                break;
            case DType.F16:
                HalfFloats.ToF16(values, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case DType.BF16:
                HalfFloats.ToBF16(values, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case DType.Q4_0:
                Blocks<BlockQ4_0>(values, destination);
                break;
            case DType.Q4_1:
                Blocks<BlockQ4_1>(values, destination);
                break;
            case DType.Q5_0:
                Blocks<BlockQ5_0>(values, destination);
                break;
            case DType.Q5_1:
                Blocks<BlockQ5_1>(values, destination);
                break;
            case DType.Q8_0:
                Blocks<BlockQ8_0>(values, destination);
                break;
            case DType.Q2_K:
                Blocks<BlockQ2_K>(values, destination);
                break;
            case DType.Q3_K:
                Blocks<BlockQ3_K>(values, destination);
                break;
            case DType.Q4_K:
                Blocks<BlockQ4_K>(values, destination);
                break;
            case DType.Q5_K:
                Blocks<BlockQ5_K>(values, destination);
                break;
            case DType.Q6_K:
                Blocks<BlockQ6_K>(values, destination);
                break;
            case DType.IQ2_XXS:
                Blocks<BlockIQ2_XXS>(values, destination);
                break;
            case DType.IQ2_XS:
                Blocks<BlockIQ2_XS>(values, destination);
                break;
            case DType.IQ2_S:
                Blocks<BlockIQ2_S>(values, destination);
                break;
            case DType.IQ3_XXS:
                Blocks<BlockIQ3_XXS>(values, destination);
                break;
            case DType.IQ3_S:
                Blocks<BlockIQ3_S>(values, destination);
                break;
            case DType.IQ1_S:
                Blocks<BlockIQ1_S>(values, destination);
                break;
            case DType.IQ1_M:
                Blocks<BlockIQ1_M>(values, destination);
                break;
            case DType.IQ4_NL:
                Blocks<BlockIQ4_NL>(values, destination);
                break;
            case DType.IQ4_XS:
                Blocks<BlockIQ4_XS>(values, destination);
                break;
            case DType.TQ1_0:
                Blocks<BlockTQ1_0>(values, destination);
                break;
            case DType.TQ2_0:
                Blocks<BlockTQ2_0>(values, destination);
                break;
            case DType.MXFP4:
                Blocks<BlockMXFP4>(values, destination);
                break;
            case DType.NVFP4:
                Blocks<BlockNVFP4>(values, destination);
                break;
            case DType.Q1_0:
                Blocks<BlockQ1_0>(values, destination);
                break;
            case DType.Q2_0:
                Blocks<BlockQ2_0>(values, destination);
                break;
            default:
                throw new QuantizationNotSupportedException(type, SupportedTypes);
        }
    }

    private static void Blocks<TBlock>(ReadOnlySpan<float> values, Span<byte> destination)
        where TBlock : unmanaged, IQuantizableBlock<TBlock>
    {
        int bad = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"value {bad} is {values[bad]}; {TBlock.Type} blocks hold finite values only",
                nameof(values)
            );
        }
        var blocks = MemoryMarshal.Cast<byte, TBlock>(destination);
        for (int i = 0; i < blocks.Length; i++)
            TBlock.Quantize(values.Slice(i * TBlock.Elements, TBlock.Elements), out blocks[i]);
    }
}
