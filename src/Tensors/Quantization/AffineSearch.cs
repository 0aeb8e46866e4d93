// Owns the search for the scales and minimums of a super-block whose values are s · q - m (Q2_K, Q4_K, Q5_K).
namespace Tern.Tensors.Quantization;

/// <summary>
/// The method of ggml (<c>make_qkx2_quants</c>): try a number of steps between quants, solve for the scale and minimum
/// that fit best given the quants each step leads to, keep what has the least weighted error and go on from its
/// minimum. Minimums are never positive, so that zero can be represented.
/// </summary>
/// <param name="GroupSize">Values per group.</param>
/// <param name="LargestQuant">Quants are 0 to this.</param>
/// <param name="LargestLevel">Scales and minimums of groups are 0 to this.</param>
/// <param name="FirstOffset">The first try spans the range in this many steps more than <paramref
/// name="LargestQuant"/>; each further try in 0.1 more.</param>
/// <param name="Tries">How many further tries there are.</param>
/// <param name="AbsoluteError">Whether the absolute error counts, weighed by magnitude, instead of the squared one,
/// weighed by magnitude plus root mean square.</param>
internal sealed record AffineSearch(
    int GroupSize,
    int LargestQuant,
    int LargestLevel,
    float FirstOffset,
    int Tries,
    bool AbsoluteError
)
{
    public static AffineSearch Q2_K { get; } = new(16, 3, 15, -0.5f, 15, AbsoluteError: true);

    public static AffineSearch Q4_K { get; } = new(32, 15, 63, -1f, 20, AbsoluteError: false);

    public static AffineSearch Q5_K { get; } = new(32, 31, 63, -0.5f, 15, AbsoluteError: false);

    /// <summary>
    /// Fills the levels of the groups and the quants of the values; returns what the levels are multiplied with.
    /// </summary>
    public (Half Scale, Half Minimum) Fit(
        ReadOnlySpan<float> values,
        Span<byte> scaleLevels,
        Span<byte> minimumLevels,
        Span<byte> quants
    )
    {
        int groups = values.Length / GroupSize;
        Span<float> scales = stackalloc float[groups];
        Span<float> minimums = stackalloc float[groups];
        for (int group = 0; group < groups; group++)
            (scales[group], minimums[group]) = FitGroup(values.Slice(group * GroupSize, GroupSize));
        var scale = Levels(scales, scaleLevels);
        var minimum = Levels(minimums, minimumLevels);

        for (int i = 0; i < values.Length; i++)
        {
            int group = i / GroupSize;
            float step = (float)scale * scaleLevels[group];
            float offset = (float)minimum * minimumLevels[group];
            quants[i] = step == 0 ? (byte)0 : Quant((values[i] + offset) / step);
        }
        return (scale, minimum);
    }

    /// <summary>Expresses numbers as multiples, at most <see cref="LargestLevel"/>, of the result.</summary>
    private Half Levels(ReadOnlySpan<float> numbers, Span<byte> levels)
    {
        float largest = 0;
        foreach (float number in numbers)
            largest = MathF.Max(largest, number);
        float inverse = largest > 0 ? LargestLevel / largest : 0;
        for (int i = 0; i < numbers.Length; i++)
            levels[i] = (byte)Math.Clamp(BlockSearch.Nearest(inverse * numbers[i]), 0, LargestLevel);
        return (Half)(largest / LargestLevel);
    }

    private (float Scale, float Minimum) FitGroup(ReadOnlySpan<float> values)
    {
        Span<float> weights = stackalloc float[values.Length];
        Weigh(values, weights);
        float weightSum = 0;
        float valueSum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            weightSum += weights[i];
            valueSum += weights[i] * values[i];
        }
        var (lowest, highest) = BlockSearch.Range(values);
        lowest = MathF.Min(lowest, 0);
        if (highest == lowest)
            return (0, -lowest);

        Span<byte> quants = stackalloc byte[values.Length];
        float firstInverse = LargestQuant / (highest - lowest);
        float scale = 1 / firstInverse;
        float minimum = lowest;
        Quantize(values, firstInverse, lowest, quants);
        float leastError = Error(values, weights, quants, scale, minimum);
        for (int attempt = 0; attempt <= Tries; attempt++)
        {
            float inverse = (FirstOffset + 0.1f * attempt + LargestQuant) / (highest - minimum);
            Quantize(values, inverse, minimum, quants);
            if (!TrySolve(values, weights, quants, weightSum, valueSum, out float newScale, out float newMinimum))
                continue;
            float error = Error(values, weights, quants, newScale, newMinimum);
            if (error < leastError)
                (leastError, scale, minimum) = (error, newScale, newMinimum);
        }
        return (scale, -minimum);
    }

    private void Weigh(ReadOnlySpan<float> values, Span<float> weights)
    {
        float squares = 0;
        foreach (float value in values)
            squares += value * value;
        float added = AbsoluteError ? 0 : MathF.Sqrt(squares / values.Length);
        for (int i = 0; i < values.Length; i++)
            weights[i] = added + MathF.Abs(values[i]);
    }

    private void Quantize(ReadOnlySpan<float> values, float inverse, float minimum, Span<byte> quants)
    {
        for (int i = 0; i < values.Length; i++)
            quants[i] = Quant(inverse * (values[i] - minimum));
    }

    private byte Quant(float value) => (byte)Math.Clamp(BlockSearch.Nearest(value), 0, LargestQuant);

    /// <summary>
    /// Weighted linear regression of the values on their quants, through zero if the minimum came out positive.
    /// </summary>
    private static bool TrySolve(
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<byte> quants,
        float weightSum,
        float valueSum,
        out float scale,
        out float minimum
    )
    {
        float quantSum = 0;
        float squareSum = 0;
        float productSum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            quantSum += weights[i] * quants[i];
            squareSum += weights[i] * quants[i] * quants[i];
            productSum += weights[i] * quants[i] * values[i];
        }
        float determinant = weightSum * squareSum - quantSum * quantSum;
        scale = (weightSum * productSum - valueSum * quantSum) / determinant;
        minimum = (squareSum * valueSum - quantSum * productSum) / determinant;
        if (minimum > 0)
        {
            minimum = 0;
            scale = productSum / squareSum;
        }
        return determinant > 0;
    }

    private float Error(
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<byte> quants,
        float scale,
        float minimum
    )
    {
        float sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            float error = scale * quants[i] + minimum - values[i];
            sum += weights[i] * (AbsoluteError ? MathF.Abs(error) : error * error);
        }
        return sum;
    }
}
