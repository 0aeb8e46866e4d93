// Owns how the codebook formats (IQ2, IQ3) give magnitudes their signs.
using System.Numerics;

namespace Tern.Tensors.Quantization;

/// <summary>
/// Signs of eight magnitudes, bit j for magnitude j. Formats that store seven of them choose points so that the number
/// of negative ones is even: the eighth sign is the parity of the others.
/// </summary>
public static class SignedPoint
{
    /// <summary>Eight signs from the seven stored.</summary>
    public static int Signs(int seven) => seven | (BitOperations.PopCount((uint)seven) & 1) << 7;

    /// <summary>Writes the eight values of a point, one magnitude a byte.</summary>
    internal static void Write(ulong point, int signs, float scale, Span<float> values)
    {
        for (int i = 0; i < 8; i++)
        {
            float value = scale * (byte)(point >> 8 * i);
            values[i] = (signs >> i & 1) != 0 ? -value : value;
        }
    }

    /// <summary>Splits values into magnitudes and eight signs a byte.</summary>
    internal static void Split(ReadOnlySpan<float> values, Span<float> magnitudes, Span<byte> signs)
    {
        signs.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            magnitudes[i] = MathF.Abs(values[i]);
            if (values[i] < 0)
                signs[i / 8] |= (byte)(1 << i % 8);
        }
    }

    /// <summary>
    /// Splits values for formats that store seven of eight signs: where the parity is odd, the smallest value gets the
    /// wrong sign and so a negative magnitude.
    /// </summary>
    internal static void SplitEven(ReadOnlySpan<float> values, Span<float> magnitudes, Span<byte> signs)
    {
        Split(values, magnitudes, signs);
        for (int eight = 0; eight < signs.Length; eight++)
        {
            if (BitOperations.PopCount(signs[eight]) % 2 == 0)
                continue;
            int smallest = 0;
            for (int i = 1; i < 8; i++)
            {
                if (magnitudes[8 * eight + i] < magnitudes[8 * eight + smallest])
                    smallest = i;
            }
            magnitudes[8 * eight + smallest] *= -1;
            signs[eight] ^= (byte)(1 << smallest);
        }
    }
}
