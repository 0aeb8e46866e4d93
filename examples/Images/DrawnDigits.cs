// Owns digits that are drawn by rule.
using Tern.Training.Vision;

namespace Tern.Examples.Images;

/// <param name="Seed">Of the set.</param>
internal sealed record DrawnDigits(ulong Seed) : IDigits
{
    public void Fill(long start, Span<float> images, Span<int> labels) =>
        RenderedDigits.Draw(Seed, start, images, labels);
}
