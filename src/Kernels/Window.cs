// Owns the description of what passes over an image in a convolution or a pool.
namespace Tern.Kernels;

/// <summary>Taps <c>[height, width]</c> that move over an image.</summary>
/// <param name="Height">Rows of taps.</param>
/// <param name="Width">Taps of a row.</param>
/// <param name="Stride">Pixels from a place to the next.</param>
/// <param name="Padding">Pixels that the first place lies outside of the image, and the last on the other side.</param>
/// <param name="Dilation">Pixels from a tap to the next.</param>
public readonly record struct Window(int Height, int Width, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>Taps.</summary>
    public int Taps => checked(Height * Width);

    /// <inheritdoc/>
    public override string ToString() =>
        $"a window of {Height} x {Width}, stride {Stride}, padding {Padding}, dilation {Dilation}";

    /// <summary>As many rows of taps as taps a row.</summary>
    public static Window Square(int size, int stride = 1, int padding = 0, int dilation = 1) =>
        new(size, size, stride, padding, dilation);

    /// <summary>Whether each place is one pixel, so that patches are the image itself.</summary>
    internal bool IsPixel => this is { Height: 1, Width: 1, Stride: 1, Padding: 0 };

    /// <summary>The pixel, perhaps outside, that the first tap meets at a place along one axis.</summary>
    internal int Start(int place) => place * Stride - Padding;

    /// <summary>The taps along one axis, from a pixel on, that lie inside.</summary>
    /// <param name="start">Pixel of the first tap.</param>
    /// <param name="taps">Taps along the axis.</param>
    /// <param name="length">Pixels along the axis.</param>
    internal (int First, int End) Inside(int start, int taps, int length)
    {
        int first = start >= 0 ? 0 : Math.Min(taps, (Dilation - 1 - start) / Dilation);
        int end = start >= length ? 0 : (length - 1 - start) / Dilation + 1;
        return (first, Math.Max(first, Math.Min(taps, end)));
    }
}
