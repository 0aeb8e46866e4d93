// Owns the shape of images in memory: channels together, as rows of activations are.
namespace Tern.Kernels;

/// <summary>Images <c>[samples, height, width, channels]</c>, each pixel's channels contiguous: a matrix of one row a pixel.</summary>
/// <param name="Samples">Images.</param>
/// <param name="Height">Rows of pixels of an image.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct ImageBatch(int Samples, int Height, int Width, int Channels)
{
    /// <summary>Pixels of an image.</summary>
    public int SamplePixels => checked(Height * Width);

    /// <summary>Pixels of all images.</summary>
    public int Pixels => checked(Samples * SamplePixels);

    /// <summary>Values of an image.</summary>
    public int SampleLength => checked(SamplePixels * Channels);

    /// <summary>Values of all images.</summary>
    public int Length => checked(Samples * SampleLength);

    /// <inheritdoc/>
    public override string ToString() => $"images [{Samples}, {Height}, {Width}, {Channels}]";

    /// <summary>What a window makes of the images as it passes over them.</summary>
    /// <param name="window">The window.</param>
    /// <param name="channels">Values that it makes at each place.</param>
    /// <exception cref="ArgumentException">The window is impossible or larger than a padded image.</exception>
    public ImageBatch Under(Window window, int channels)
    {
        if (window is not { Height: > 0, Width: > 0, Stride: > 0, Padding: >= 0, Dilation: > 0 })
            throw new ArgumentException($"{window} needs positive sizes, stride and dilation, and no negative padding");
        int height = Height + 2 * window.Padding - (window.Height - 1) * window.Dilation - 1;
        int width = Width + 2 * window.Padding - (window.Width - 1) * window.Dilation - 1;
        if (height < 0 || width < 0)
            throw new ArgumentException($"{window} is larger than an image of {Height} x {Width} pixels");
        return new ImageBatch(Samples, height / window.Stride + 1, width / window.Stride + 1, channels);
    }
}
