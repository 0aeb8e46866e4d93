// Owns what the quantizers of several formats share: finding the extremes and the best scales of a group of values.
namespace Tern.Tensors.Quantization;

internal static class BlockSearch
{
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
}
