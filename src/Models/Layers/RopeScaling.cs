// Owns the arithmetic of rotary frequencies: the plain ones and the ways to stretch them over longer contexts.
namespace Tern.Models.Layers;

/// <summary>Inverse frequencies (angle per position) of rotary position embedding and their scalings.</summary>
internal static class RopeScaling
{
    /// <summary>base^(-2i/length), one a pair (RoFormer, arXiv 2104.09864).</summary>
    public static float[] Plain(int length, float frequencyBase)
    {
        var frequencies = new float[length / 2];
        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] = (float)Math.Pow(frequencyBase, -2.0 * i / length);
        return frequencies;
    }

    /// <summary>Position interpolation (arXiv 2306.15595): every position counts 1/factor.</summary>
    public static void Linear(Span<float> frequencies, float factor)
    {
        foreach (ref float frequency in frequencies)
            frequency /= factor;
    }

    /// <summary>YaRN: fast pairs stay, slow pairs are interpolated, with a ramp between (arXiv 2309.00071 §3.2).</summary>
    public static void Yarn(Span<float> frequencies, YarnParameters yarn)
    {
        int length = 2 * frequencies.Length;
        double low = Math.Max(0, Math.Floor(PairTurning(yarn.BetaFast, length, yarn)));
        double high = Math.Min(length - 1, Math.Ceiling(PairTurning(yarn.BetaSlow, length, yarn)));
        for (int i = 0; i < frequencies.Length; i++)
        {
            double keep = 1 - Math.Clamp((i - low) / Math.Max(0.001, high - low), 0, 1);
            double kept = frequencies[i];
            frequencies[i] = (float)(kept / yarn.Factor * (1 - keep) + kept * keep);
        }
    }

    /// <summary>0.1·multiplier·ln(factor) + 1, or 1 where nothing is extended.</summary>
    public static float YarnMagnitude(float factor, float multiplier) =>
        factor <= 1 ? 1 : 0.1f * multiplier * MathF.Log(factor) + 1;

    /// <summary>The (fractional) pair that makes so many turns over the original context.</summary>
    private static double PairTurning(double turns, int length, YarnParameters yarn) =>
        length * Math.Log(yarn.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(yarn.Base));
}
