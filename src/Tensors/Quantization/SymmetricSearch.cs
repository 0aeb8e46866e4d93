// Owns the search for the scales of a super-block whose values are s · q with signed q (Q3_K, Q6_K).
namespace Tern.Tensors.Quantization;

/// <summary>
/// The methods of ggml. Both start with the scale that makes a group's extreme value the most negative quant, and weigh
/// the error by the squares of the values. Q6_K tries scales around it (<c>make_qx_quants</c>); Q3_K, with its few
/// quants, moves single quants as long as that helps (<c>make_q3_quants</c>).
/// </summary>
/// <param name="LargestQuant">Quants are from minus this to one less than this.</param>
/// <param name="LargestLevel">Scales of groups are from minus this to one less than this.</param>
/// <param name="MovesQuants">Whether the search moves single quants instead of trying scales.</param>
internal sealed record SymmetricSearch(int LargestQuant, int LargestLevel, bool MovesQuants)
{
    private const int GroupSize = 16;

    public static SymmetricSearch Q3_K { get; } = new(4, 32, MovesQuants: true);

    public static SymmetricSearch Q6_K { get; } = new(32, 128, MovesQuants: false);

    /// <summary>
    /// Fills the levels of the groups and the quants of the values; returns what the levels are multiplied with, 0 if
    /// there is nothing but zeros.
    /// </summary>
    public Half Fit(ReadOnlySpan<float> values, Span<sbyte> scaleLevels, Span<sbyte> quants)
    {
        Span<float> scales = stackalloc float[values.Length / GroupSize];
        for (int group = 0; group < scales.Length; group++)
        {
            var part = values.Slice(group * GroupSize, GroupSize);
            float groupExtreme = BlockSearch.Extreme(part);
            if (MathF.Abs(groupExtreme) < BlockSearch.Negligible)
                scales[group] = 0;
            else
                scales[group] = MovesQuants ? MoveQuants(part, groupExtreme) : TryScales(part, groupExtreme);
        }

        float extreme = BlockSearch.Extreme(scales);
        float inverse = extreme != 0 ? -LargestLevel / extreme : 0;
        var scale = extreme != 0 ? (Half)(1 / inverse) : default;
        for (int group = 0; group < scales.Length; group++)
            scaleLevels[group] = (sbyte)Clamp(BlockSearch.Nearest(inverse * scales[group]), LargestLevel);

        for (int i = 0; i < values.Length; i++)
        {
            float step = (float)scale * scaleLevels[i / GroupSize];
            // Where the step is zero any quant will do; the lowest one's bits are zeros.
            int quant = step == 0 ? -LargestQuant : BlockSearch.Nearest(values[i] / step);
            quants[i] = (sbyte)Clamp(quant, LargestQuant);
        }
        return scale;
    }

    private float TryScales(ReadOnlySpan<float> values, float extreme)
    {
        float scale = 0;
        float gain = 0;
        Try(values, -LargestQuant / extreme, ref scale, ref gain);
        for (int attempt = -9; attempt <= 9; attempt++)
            Try(values, -(LargestQuant + 0.1f * attempt) / extreme, ref scale, ref gain);
        return scale;
    }

    private void Try(ReadOnlySpan<float> values, float inverse, ref float scale, ref float gain)
    {
        float products = 0;
        float squares = 0;
        foreach (float value in values)
        {
            int quant = Clamp(BlockSearch.Nearest(inverse * value), LargestQuant);
            float weight = value * value;
            products += weight * value * quant;
            squares += weight * quant * quant;
        }
        // The best scale for these quants is products / squares, and it lowers the error by products² / squares.
        if (squares > 0 && products * products > gain * squares)
        {
            scale = products / squares;
            gain = scale * products;
        }
    }

    private float MoveQuants(ReadOnlySpan<float> values, float extreme)
    {
        Span<int> quants = stackalloc int[GroupSize];
        float inverse = -LargestQuant / extreme;
        float products = 0;
        float squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            quants[i] = Clamp(BlockSearch.Nearest(inverse * values[i]), LargestQuant);
            float weight = values[i] * values[i];
            products += weight * values[i] * quants[i];
            squares += weight * quants[i] * quants[i];
        }
        bool moved = true;
        for (int pass = 0; pass < 5 && moved; pass++)
        {
            moved = false;
            for (int i = 0; i < values.Length; i++)
                moved |= TryMove(values[i], ref quants[i], ref products, ref squares);
        }
        return squares > 0 ? products / squares : 0;
    }

    /// <summary>
    /// Moves a quant to where the others' best scale puts its value, if the gain products² / squares grows.
    /// </summary>
    private bool TryMove(float value, ref int quant, ref float products, ref float squares)
    {
        float weight = value * value;
        float otherProducts = products - weight * value * quant;
        float otherSquares = squares - weight * quant * quant;
        if (otherProducts <= 0)
            return false;
        int candidate = Clamp(BlockSearch.Nearest(value * otherSquares / otherProducts), LargestQuant);
        if (candidate == quant)
            return false;
        otherProducts += weight * value * candidate;
        otherSquares += weight * candidate * candidate;
        if (otherSquares <= 0 || otherProducts * otherProducts * squares <= products * products * otherSquares)
            return false;
        (quant, products, squares) = (candidate, otherProducts, otherSquares);
        return true;
    }

    private static int Clamp(int number, int limit) => Math.Clamp(number, -limit, limit - 1);
}
