// Owns unsigned E4M3, the scale of NVFP4 groups.
namespace Tern.Tensors.Quantization;

/// <summary>
/// Unsigned E4M3: four exponent bits biased by 7 and three fraction bits; 448 is the largest value, 0x7F reads as zero.
/// </summary>
public static class EightBitScale
{
    /// <summary>Half the value of a code, to go with doubled elements (<see cref="FourBitFloat"/>).</summary>
    public static float Half(byte code)
    {
        if (code == 0x7F)
            return 0;
        int exponent = code >> 3 & 15;
        int fraction = code & 7;
        return exponent == 0 ? MathF.ScaleB(fraction, -10) : MathF.ScaleB(8 + fraction, exponent - 11);
    }

    /// <summary>
    /// The code of a positive value, rounded half up; 0 for anything else. As in ggml, whatever rounds to 256 or more
    /// becomes 448.
    /// </summary>
    public static byte FromFloat(float value)
    {
        if (!(value > 0))
            return 0;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        int exponent = (int)(bits >> 23) - 127 + 7;
        if (exponent <= 0)
            return (byte)Math.Min(7, (int)(value * 512 + 0.5f));
        // Exponent and fraction are adjacent: a carry out of the fraction raises the exponent by itself.
        int code = (exponent << 3 | (int)(bits >> 20 & 7)) + (int)(bits >> 19 & 1);
        return (byte)(code < 15 << 3 ? code : 0x7E);
    }
}
