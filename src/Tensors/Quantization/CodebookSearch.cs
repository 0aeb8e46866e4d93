// Owns the search for scales and points of super-blocks made of codebook points (IQ1, IQ2, IQ3).
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// The values of a super-block are Scale / Unit · (2·level + 1) · point, with a level per group and a point per few
/// values. The search is exhaustive where ggml's looks at neighbours only: for every group it tries a range of scales,
/// takes the nearest points and solves for the scale of least squared error; the largest fixes Scale; then every level
/// is tried with the nearest points; and at last Scale is solved for again. Slow, deterministic, and no worse than
/// ggml's with equal importance of all values.
/// </summary>
/// <param name="Books">Codebooks of which each group uses one.</param>
/// <param name="GroupSize">Values with a level in common.</param>
/// <param name="Levels">Levels are 0 to one less than this.</param>
/// <param name="Unit">What the format divides Scale by.</param>
internal sealed record CodebookSearch(PointTable[] Books, int GroupSize, int Levels, int Unit)
{
    private const int Scales = 16;

    /// <summary>
    /// Fills, per group, the level and the codebook used, and the points; returns Scale. The targets are signed values,
    /// or magnitudes if the codebook holds those.
    /// </summary>
    public Half Fit(ReadOnlySpan<float> targets, Span<byte> levels, Span<byte> books, Span<ushort> points)
    {
        float largest = 0;
        for (int start = 0; start < targets.Length; start += GroupSize)
            largest = MathF.Max(largest, FitScale(targets.Slice(start, GroupSize)));
        var scale = (Half)(largest / (2 * Levels - 1) * Unit);
        if (scale == default)
            return default;

        float step = (float)scale / Unit;
        float products = 0;
        float squares = 0;
        int pointsPerGroup = GroupSize / Books[0].Dimensions;
        for (int group = 0; group < levels.Length; group++)
        {
            var choice = points.Slice(group * pointsPerGroup, pointsPerGroup);
            var target = targets.Slice(group * GroupSize, GroupSize);
            float leastError = float.PositiveInfinity;
            for (int book = 0; book < Books.Length; book++)
                TryLevels(target, step, book, ref leastError, ref levels[group], ref books[group], choice);
            AddProducts(target, Books[books[group]], 2 * levels[group] + 1, choice, ref products, ref squares);
        }
        // As a half the better scale may be worse: the halves are coarse where they are small.
        var solved = (Half)(products / squares * Unit);
        return Cost(solved) < Cost(scale) ? solved : scale;

        float Cost(Half candidate)
        {
            float candidateStep = (float)candidate / Unit;
            return candidateStep * (candidateStep * squares - 2 * products);
        }
    }

    /// <summary>The scale of least error for a group on its own.</summary>
    private float FitScale(ReadOnlySpan<float> target)
    {
        float extreme = MathF.Abs(BlockSearch.Extreme(target));
        if (extreme < BlockSearch.Negligible)
            return 0;
        float best = 0;
        float gain = 0;
        Span<float> products = stackalloc float[Scales];
        Span<float> squares = stackalloc float[Scales];
        Span<float> dots = stackalloc float[Books[0].Count];
        foreach (var book in Books)
        {
            products.Clear();
            squares.Clear();
            for (int start = 0; start < target.Length; start += book.Dimensions)
            {
                book.Multiply(target.Slice(start, book.Dimensions), dots);
                for (int i = 0; i < Scales; i++)
                {
                    int point = book.Nearest(dots, TriedScale(i, extreme, book));
                    products[i] += dots[point];
                    squares[i] += book.SquaredLength(point);
                }
            }
            for (int i = 0; i < Scales; i++)
            {
                // The best scale for these points is products / squares; it lowers the error by products² / squares.
                if (products[i] > 0 && products[i] * products[i] > gain * squares[i])
                {
                    best = products[i] / squares[i];
                    gain = best * products[i];
                }
            }
        }
        return best;
    }

    /// <summary>
    /// From where the extreme value overshoots the largest coordinate threefold to where it falls short of it.
    /// </summary>
    private static float TriedScale(int i, float extreme, PointTable book) =>
        extreme / book.Largest * (0.35f + 0.06f * i);

    private void TryLevels(
        ReadOnlySpan<float> target,
        float step,
        int bookIndex,
        ref float leastError,
        ref byte bestLevel,
        ref byte bestBook,
        Span<ushort> bestPoints
    )
    {
        var book = Books[bookIndex];
        int count = bestPoints.Length;
        Span<float> errors = stackalloc float[Levels];
        Span<ushort> points = stackalloc ushort[Levels * count];
        Span<float> dots = stackalloc float[book.Count];
        errors.Clear();
        for (int i = 0; i < count; i++)
        {
            book.Multiply(target.Slice(i * book.Dimensions, book.Dimensions), dots);
            for (int level = 0; level < Levels; level++)
            {
                float scale = step * (2 * level + 1);
                int point = book.Nearest(dots, scale);
                points[level * count + i] = (ushort)point;
                errors[level] += scale * (scale * book.SquaredLength(point) - 2 * dots[point]);
            }
        }
        for (int level = 0; level < Levels; level++)
        {
            if (errors[level] >= leastError)
                continue;
            leastError = errors[level];
            bestLevel = (byte)level;
            bestBook = (byte)bookIndex;
            points.Slice(level * count, count).CopyTo(bestPoints);
        }
    }

    private static void AddProducts(
        ReadOnlySpan<float> target,
        PointTable book,
        int factor,
        ReadOnlySpan<ushort> points,
        ref float products,
        ref float squares
    )
    {
        for (int i = 0; i < points.Length; i++)
        {
            var part = target.Slice(i * book.Dimensions, book.Dimensions);
            for (int j = 0; j < part.Length; j++)
                products += factor * book.Coordinate(points[i], j) * part[j];
            squares += factor * factor * book.SquaredLength(points[i]);
        }
    }
}
