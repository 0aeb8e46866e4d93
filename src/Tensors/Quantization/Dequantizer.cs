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
    /// <exception cref="ArgumentException">The lengths do not match, or the type is unknown or no real type.</exception>
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
            case DType.Q8_0:
                Blocks<BlockQ8_0>(source, values);
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
