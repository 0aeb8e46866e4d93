// Owns E2M1, the four-bit float of MXFP4 and NVFP4.
namespace Tern.Tensors.Quantization;

/// <summary>
/// E2M1 codes: sign, two exponent bits, one fraction bit. Their values 0, 0.5, 1, 1.5, 2, 3, 4, 6 are kept doubled, as
/// integers; whoever uses them halves the scale.
/// </summary>
public static class FourBitFloat
{
    /// <summary>Twice the value of each of the 16 codes.</summary>
    public static ReadOnlySpan<sbyte> Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>The code whose value is nearest under half a scale; the lowest of equals.</summary>
    internal static int Nearest(float value, float halfScale)
    {
        int best = 0;
        float bestError = float.PositiveInfinity;
        for (int code = 0; code < 16; code++)
        {
            float error = MathF.Abs(Doubled[code] * halfScale - value);
            if (error < bestError)
            {
                best = code;
                bestError = error;
            }
        }
        return best;
    }
}
