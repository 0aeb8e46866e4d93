// Owns the way from the bytes of a row, of any real type, to floats: one dispatch, then one loop for all block formats.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>Turns rows into floats, bit for bit as ggml does (products and sums are rounded separately).</summary>
public static class Dequantizer
{
    /// <summary>Writes the values of one row, or of several adjacent ones.</summary>
    /// <param name="type">The element type of <paramref name="source"/>; any real type.</param>
    /// <param name="source">Whole blocks.</param>
    /// <param name="values">Receives the values; exactly as many as <paramref name="source"/> holds.</param>
    /// <exception cref="ArgumentException">The lengths do not match, or the type is unknown or no real
    /// type.</exception>
    public static void Row(DType type, ReadOnlySpan<byte> source, Span<float> values)
    {
        RowLengths.Check(type, source.Length, nameof(source), values.Length, nameof(values));
        switch (type)
        {
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(values);
                break;
            case DType.F64:
                var doubles = MemoryMarshal.Cast<byte, double>(source);
                for (int i = 0; i < doubles.Length; i++)
                    values[i] = (float)doubles[i];
                break;
            case DType.F16:
                HalfFloats.FromF16(MemoryMarshal.Cast<byte, ushort>(source), values);
                break;
            case DType.BF16:
                HalfFloats.FromBF16(MemoryMarshal.Cast<byte, ushort>(source), values);
                break;
            case DType.Q4_0:
                Blocks<BlockQ4_0>(source, values);
                break;
            case DType.Q4_1:
                Blocks<BlockQ4_1>(source, values);
                break;
            case DType.Q5_0:
                Blocks<BlockQ5_0>(source, values);
                break;
            case DType.Q5_1:
                Blocks<BlockQ5_1>(source, values);
                break;
            case DType.Q8_0:
                Blocks<BlockQ8_0>(source, values);
                break;
            case DType.Q2_K:
                Blocks<BlockQ2_K>(source, values);
                break;
            case DType.Q3_K:
                Blocks<BlockQ3_K>(source, values);
                break;
            case DType.Q4_K:
                Blocks<BlockQ4_K>(source, values);
                break;
            case DType.Q5_K:
                Blocks<BlockQ5_K>(source, values);
                break;
            case DType.Q6_K:
                Blocks<BlockQ6_K>(source, values);
                break;
            case DType.IQ2_XXS:
                Blocks<BlockIQ2_XXS>(source, values);
                break;
            case DType.IQ2_XS:
                Blocks<BlockIQ2_XS>(source, values);
                break;
            case DType.IQ2_S:
                Blocks<BlockIQ2_S>(source, values);
                break;
            case DType.IQ3_XXS:
                Blocks<BlockIQ3_XXS>(source, values);
                break;
            case DType.IQ3_S:
                Blocks<BlockIQ3_S>(source, values);
                break;
            case DType.IQ1_S:
                Blocks<BlockIQ1_S>(source, values);
                break;
            case DType.IQ1_M:
                Blocks<BlockIQ1_M>(source, values);
                break;
            case DType.IQ4_NL:
                Blocks<BlockIQ4_NL>(source, values);
                break;
            case DType.IQ4_XS:
                Blocks<BlockIQ4_XS>(source, values);
                break;
            case DType.TQ1_0:
                Blocks<BlockTQ1_0>(source, values);
                break;
            case DType.TQ2_0:
                Blocks<BlockTQ2_0>(source, values);
                break;
            case DType.MXFP4:
                Blocks<BlockMXFP4>(source, values);
                break;
            case DType.NVFP4:
                Blocks<BlockNVFP4>(source, values);
                break;
            case DType.Q1_0:
                Blocks<BlockQ1_0>(source, values);
                break;
            case DType.Q2_0:
                Blocks<BlockQ2_0>(source, values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "only real types have values to read");
        }
    }

    private static void Blocks<TBlock>(ReadOnlySpan<byte> source, Span<float> values)
        where TBlock : unmanaged, IQuantizedBlock<TBlock>
    {
        var blocks = MemoryMarshal.Cast<byte, TBlock>(source);
        for (int i = 0; i < blocks.Length; i++)
            TBlock.Dequantize(in blocks[i], values.Slice(i * TBlock.Elements, TBlock.Elements));
    }
}
