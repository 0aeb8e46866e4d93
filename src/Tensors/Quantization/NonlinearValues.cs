// Owns the sixteen values of IQ4_NL and IQ4_XS and the search for the scale of a group of them.
namespace Tern.Tensors.Quantization;

/// <summary>
/// The values of the four-bit codes, denser near zero; a fact of the format (llama.cpp, ggml-common.h, MIT).
/// </summary>
public static class NonlinearValues
{
    /// <summary>The value of each code, ascending.</summary>
    public static ReadOnlySpan<sbyte> All => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>The code of the nearest value, the upper one of two.</summary>
    internal static int Nearest(float value)
    {
        int code = 0;
        while (code < 15 && value + value >= All[code] + All[code + 1])
            code++;
        return code;
    }

    /// <summary>
    /// The scale of least error, weighed by the squares of the values, among those that bring the extreme value near
    /// the first code; 0 for a group of zeros.
    /// </summary>
    internal static float FitScale(ReadOnlySpan<float> values)
    {
        float extreme = BlockSearch.Extreme(values);
        if (MathF.Abs(extreme) < BlockSearch.Negligible)
            return 0;
        float scale = 0;
        float gain = 0;
        // First the extreme value somewhat beyond the last code, 113, then around the first, -127.
        Try(values, -All[0] / extreme, ref scale, ref gain);
        for (int attempt = -7; attempt <= 7; attempt++)
            Try(values, (attempt + All[0]) / extreme, ref scale, ref gain);
        return scale;
    }

    private static void Try(ReadOnlySpan<float> values, float inverse, ref float scale, ref float gain)
    {
        float products = 0;
        float squares = 0;
        foreach (float value in values)
        {
            float level = All[Nearest(inverse * value)];
            float weight = value * value;
            products += weight * level * value;
            squares += weight * level * level;
        }
        // The best scale for these codes is products / squares, and it lowers the error by products² / squares.
        if (squares > 0 && products * products > gain * squares)
        {
            scale = products / squares;
            gain = scale * products;
        }
    }
}
