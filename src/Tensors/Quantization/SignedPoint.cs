// Owns how the codebook formats (IQ2, IQ3) give magnitudes their signs.
using System.Numerics;

namespace Tern.Tensors.Quantization;

/// <summary>
/// Signs of eight magnitudes, bit j for magnitude j. Formats that store seven of them choose points so that the number of
/// negative ones is even: the eighth sign is the parity of the others.
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
}
