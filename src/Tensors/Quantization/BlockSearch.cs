// Owns what the quantizers of several formats share: finding the extremes and the best scales of a group of values.
namespace Tern.Tensors.Quantization;

internal static class BlockSearch
{
    /// <summary>A group none of whose magnitudes reaches this is taken as zeros.</summary>
    public const float Negligible = 1e-15f;

    /// <summary>The nearest integer, the even one of two.</summary>
    public static int Nearest(float value) => (int)MathF.Round(value);

    /// <summary>The inverse of a scale; 0 where it is infinite, as such scales are zero in every format.</summary>
    public static float Inverse(float scale)
    {
        float inverse = 1 / scale;
        return float.IsFinite(inverse) ? inverse : 0;
    }

    /// <summary>The first value of the largest magnitude, with its sign; 0 for zeros.</summary>
    public static float Extreme(ReadOnlySpan<float> values)
    {
        float extreme = 0;
        foreach (float value in values)
        {
            if (MathF.Abs(value) > MathF.Abs(extreme))
                extreme = value;
        }
        return extreme;
    }

    /// <summary>The smallest and the largest value.</summary>
    public static (float Minimum, float Maximum) Range(ReadOnlySpan<float> values)
    {
        float minimum = float.MaxValue;
        float maximum = float.MinValue;
        foreach (float value in values)
        {
            if (value < minimum)
                minimum = value;
            if (value > maximum)
                maximum = value;
        }
        return (minimum, maximum);
    }
}
