// Owns the checks of the operands of convolutional networks.
namespace Tern.Kernels;

internal static partial class OperandChecks
{
    /// <summary>Checks a convolution and returns the shape of its output.</summary>
    public static ImageBatch Convolution(
        ImageBatch shape,
        Window window,
        int inputLength,
        int filtersLength,
        int outputLength
    )
    {
        Images(shape, inputLength);
        shape.Under(window, 1);
        int filterLength = checked(window.Taps * shape.Channels);
        if (filtersLength == 0 || filtersLength % filterLength != 0)
            throw new ArgumentException(
                $"{filtersLength} elements are no whole number of filters of {window.Height} x {window.Width} x {shape.Channels}"
            );
        var output = shape.Under(window, filtersLength / filterLength);
        Images(output, outputLength);
        return output;
    }

    /// <summary>Checks a pool and returns the shape of its output.</summary>
    public static ImageBatch Pool(ImageBatch shape, Window window, int inputLength, int outputLength)
    {
        Images(shape, inputLength);
        var output = shape.Under(window, shape.Channels);
        if (window.Dilation != 1 || window.Padding >= Math.Min(window.Height, window.Width))
            throw new ArgumentException($"{window} cannot pool: it needs dilation 1 and less padding than taps");
        Images(output, outputLength);
        return output;
    }

    /// <summary>Checks batch normalization and returns the number of rows.</summary>
    public static int BatchNorm(int length, int output, int weight, int bias, int means, int variances)
    {
        SameLength(length, output);
        SameLength(weight, bias);
        SameLength(weight, means);
        SameLength(weight, variances);
        return Rows(length, weight, output);
    }

    public static void AnyRow(int rows)
    {
        if (rows == 0)
            throw new ArgumentException("a batch without rows has no mean and no variance");
    }

    private static void Images(ImageBatch shape, int length)
    {
        if (shape is not { Samples: >= 0, Height: > 0, Width: > 0, Channels: > 0 })
            throw new ArgumentException($"{shape} needs positive height, width and channels");
        if ((double)shape.Samples * shape.Height * shape.Width * shape.Channels != length) // of any size
            throw new ArgumentException($"{length} elements are not those of {shape}");
    }
}
