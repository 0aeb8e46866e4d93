// Owns what the example asks of its data.
namespace Tern.Examples.Images;

internal interface IDigits
{
    /// <summary>Images [samples, 28, 28] and their labels, from a place on that never ends.</summary>
    void Fill(long start, Span<float> images, Span<int> labels);
}
