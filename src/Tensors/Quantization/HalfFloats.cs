// Owns the conversion between float and the two 16-bit float types, as vectors where a row is long enough.
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>
/// Conversions of rows between F32 and F16 or BF16, exact in one direction, rounding to nearest even in the other.
/// </summary>
public static class HalfFloats
{
    /// <summary>Widens F16 bits. Subnormals, infinities and signed zeros are exact; a NaN stays a NaN.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref
    /// name="bits"/>.</exception>
    public static void FromF16(ReadOnlySpan<ushort> bits, Span<float> values)
    {
        CheckLength(bits.Length, values.Length, nameof(values));
        int i = 0;
        for (; i <= bits.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(bits[i..]), out var low, out var high);
            WidenF16(low).CopyTo(values[i..]);
            WidenF16(high).CopyTo(values[(i + Vector<uint>.Count)..]);
        }
        for (; i < bits.Length; i++)
            values[i] = (float)BitConverter.UInt16BitsToHalf(bits[i]);
    }

    /// <summary>Widens BF16 bits, which are the upper half of a float.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref
    /// name="bits"/>.</exception>
    public static void FromBF16(ReadOnlySpan<ushort> bits, Span<float> values)
    {
        CheckLength(bits.Length, values.Length, nameof(values));
        int i = 0;
        for (; i <= bits.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(bits[i..]), out var low, out var high);
            Vector.AsVectorSingle(low << 16).CopyTo(values[i..]);
            Vector.AsVectorSingle(high << 16).CopyTo(values[(i + Vector<uint>.Count)..]);
        }
        for (; i < bits.Length; i++)
            values[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
    }

    /// <summary>Narrows to F16, to nearest even; too large values become infinite.</summary>
    /// <exception cref="ArgumentException"><paramref name="bits"/> is shorter than <paramref
    /// name="values"/>.</exception>
    public static void ToF16(ReadOnlySpan<float> values, Span<ushort> bits)
    {
        CheckLength(values.Length, bits.Length, nameof(bits));
        for (int i = 0; i < values.Length; i++)
            bits[i] = BitConverter.HalfToUInt16Bits((Half)values[i]);
    }

    /// <summary>Narrows to BF16, to nearest even; a NaN stays a NaN.</summary>
    /// <exception cref="ArgumentException"><paramref name="bits"/> is shorter than <paramref
    /// name="values"/>.</exception>
    public static void ToBF16(ReadOnlySpan<float> values, Span<ushort> bits)
    {
        CheckLength(values.Length, bits.Length, nameof(bits));
        var source = MemoryMarshal.Cast<float, uint>(values);
        for (int i = 0; i < source.Length; i++)
            bits[i] = ToBF16(source[i]);
    }

    private static ushort ToBF16(uint bits)
    {
        // Rounding a NaN could carry into the exponent and make it infinite: truncate it and keep it quiet.
        if ((bits & 0x7FFF_FFFF) > 0x7F80_0000)
            return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static Vector<float> WidenF16(Vector<uint> half)
    {
        // The half's exponent and fraction, moved to where a float has them, are off by the difference of the biases,
        // 2^(127-15). The multiplication is exact, also for subnormals. Infinity and NaN need the full exponent.
        var magnitude = half & new Vector<uint>(0x7FFF);
        var scaled = Vector.AsVectorSingle(magnitude << 13) * new Vector<float>(5.192296858534828e33f);
        var special = Vector.GreaterThan(magnitude, new Vector<uint>(0x7BFF)) & new Vector<uint>(0x7F80_0000);
        var sign = (half & new Vector<uint>(0x8000)) << 16;
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(scaled) | special | sign);
    }

    private static void CheckLength(int needed, int actual, string name)
    {
        if (actual < needed)
            throw new ArgumentException($"room for {actual} values, but {needed} are to be written", name);
    }
}
