// Owns images of digits made by rule: glyphs moved, turned, scaled and sheared, with strokes of different brightness and
// noise. For examples and tests that need no data from elsewhere.
using Tern.Training.Corpus;

namespace Tern.Training.Vision;

/// <summary>An endless set of images of digits, a function of seed and index.</summary>
public static class RenderedDigits
{
    /// <summary>Pixels of a side.</summary>
    public const int Size = 28;

    private const int GlyphWidth = 5;
    private const int GlyphHeight = 7;

    private static readonly string[] s_glyphs =
    [
        ".###.#...##..###.#.###..##...#.###.",
        "..#...##....#....#....#....#...###.",
        ".###.#...#....#...#...#...#...#####",
        "#####...#...#.....#.....##...#.###.",
        "...#...##..#.#.#..#.#####...#....#.",
        "######....####.....#....##...#.###.",
        "..##..#...#....####.#...##...#.###.",
        "#####....#...#...#...#....#....#...",
        ".###.#...##...#.###.#...##...#.###.",
        ".###.#...##...#.####....#...#..##..",
    ];

    /// <summary>Draws images, each pixel about from 0 to 1.</summary>
    /// <param name="seed">Of the set.</param>
    /// <param name="start">Index of the first image.</param>
    /// <param name="images">Written, <c>[samples, 28, 28, 1]</c>.</param>
    /// <param name="labels">Written, <c>[samples]</c>: 0 to 9.</param>
    /// <exception cref="ArgumentException">There is not one label for each image.</exception>
    public static void Draw(ulong seed, long start, Span<float> images, Span<int> labels)
    {
        if (images.Length != (long)labels.Length * Size * Size)
            throw new ArgumentException($"{images.Length} pixels are not {labels.Length} images of {Size} x {Size}");
        for (int i = 0; i < labels.Length; i++)
        {
            var random = new CorpusRandom(seed, (ulong)(start + i));
            labels[i] = random.Below(s_glyphs.Length);
            Draw(s_glyphs[labels[i]], random, images.Slice(i * Size * Size, Size * Size));
        }
    }

    private static void Draw(string glyph, CorpusRandom random, Span<float> image)
    {
        // From pixels to the glyph's cells: moved, turned, sheared, scaled.
        double centerX = Size / 2 + Uniform(random, 3);
        double centerY = Size / 2 + Uniform(random, 3);
        double angle = Uniform(random, 0.25);
        double shear = Uniform(random, 0.2);
        double cell = 2.8 * (1 + Uniform(random, 0.2));
        double ink = 0.8 + Uniform(random, 0.2);
        var (sine, cosine) = Math.SinCos(angle);
        for (int i = 0; i < image.Length; i++)
        {
            double x = i % Size - centerX;
            double y = i / Size - centerY;
            double row = (cosine * y - sine * x) / cell;
            double column = (cosine * x + sine * y) / cell + shear * row;
            double light = ink * Light(glyph, column + (GlyphWidth - 1) / 2.0, row + (GlyphHeight - 1) / 2.0);
            image[i] = (float)(light + Uniform(random, 0.15));
        }
    }

    /// <summary>The glyph between the centers of its cells, in straight lines.</summary>
    private static double Light(string glyph, double column, double row)
    {
        int left = (int)Math.Floor(column);
        int top = (int)Math.Floor(row);
        double upper = Mix(Cell(glyph, left, top), Cell(glyph, left + 1, top), column - left);
        double lower = Mix(Cell(glyph, left, top + 1), Cell(glyph, left + 1, top + 1), column - left);
        return Mix(upper, lower, row - top);
    }

    private static double Cell(string glyph, int column, int row) =>
        column >= 0 && row >= 0 && column < GlyphWidth && row < GlyphHeight && glyph[row * GlyphWidth + column] == '#'
            ? 1
            : 0;

    private static double Mix(double a, double b, double share) => a + share * (b - a);

    /// <summary>From minus to plus the bound.</summary>
    private static double Uniform(CorpusRandom random, double bound) =>
        (random.Below(1 << 24) / (double)(1 << 23) - 1) * bound;
}
