// Owns the operations of convolutional networks. Images are [samples, height, width, channels].
using Tern.Kernels;

namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>Convolution: at each place of the window, each filter times what the window shows.</summary>
    /// <param name="x">Images.</param>
    /// <param name="filters"><c>[filters, window height, window width, channels]</c>.</param>
    /// <param name="window">The window.</param>
    /// <exception cref="ArgumentException">The window or the filters do not fit the images.</exception>
    public Variable Convolve(Variable x, Parameter filters, Window window)
    {
        ArgumentNullException.ThrowIfNull(filters);
        var shape = ImagesOf(x);
        var output = Output(ShapeOf(shape.Under(window, checked((int)filters.Value.Shape[0]))), needsGradient: true);
        Backend.Convolution(x.Values, shape, filters.Values, window, output.Values);
        return Record(
            output,
            () =>
            {
                Backend.ConvolutionFilterGradient(x.Values, shape, output.Gradient, window, filters.Gradients);
                if (!x.NeedsGradient)
                    return;
                var change = Pool.Rent(x.Shape);
                Backend.ConvolutionInputGradient(output.Gradient, shape, filters.Values, window, change.Values);
                x.Accumulate(change);
            }
        );
    }

    /// <summary>Batch normalization by the statistics of this batch, which the running ones follow.</summary>
    /// <param name="x"><c>[rows, channels]</c>, or images.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="running">Follows the statistics.</param>
    public Variable BatchNorm(Variable x, Parameter weight, Parameter bias, float epsilon, RunningStatistics running)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(running);
        var output = Output(x.Shape, needsGradient: true);
        var means = new float[x.Columns];
        var variances = new float[x.Columns];
        Backend.BatchNorm(x.Values, weight.Values, bias.Values, epsilon, output.Values, means, variances);
        running.Follow(means, variances, x.Rows);
        return Record(
            output,
            () =>
            {
                var change = output.TakeOwnGradient();
                Backend.BatchNormBackward(
                    x.Values,
                    weight.Values,
                    epsilon,
                    means,
                    variances,
                    change.Values,
                    change.Values,
                    weight.Gradients,
                    bias.Gradients
                );
                x.Accumulate(change);
            }
        );
    }

    /// <summary>Batch normalization by the running statistics, as at inference.</summary>
    /// <param name="x"><c>[rows, channels]</c>, or images.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="running">The statistics.</param>
    /// <exception cref="InvalidOperationException">The tape records: this form has no gradient.</exception>
    public Variable BatchNormWith(
        Variable x,
        Parameter weight,
        Parameter bias,
        float epsilon,
        RunningStatistics running
    )
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(running);
        if (IsRecording)
            throw new InvalidOperationException(
                "normalization by running statistics has no gradient; it needs a tape with IsRecording = false"
            );
        var output = Output(x.Shape, needsGradient: false);
        Backend.BatchNormWith(
            x.Values,
            weight.Values,
            bias.Values,
            epsilon,
            running.Means.Span<float>(),
            running.Variances.Span<float>(),
            output.Values
        );
        return Record(output, static () => { });
    }

    /// <summary>The largest value under the window, channel by channel.</summary>
    /// <param name="x">Images.</param>
    /// <param name="window">The window.</param>
    /// <exception cref="ArgumentException">The window does not fit the images.</exception>
    public Variable MaxPool(Variable x, Window window)
    {
        var shape = ImagesOf(x);
        var output = Output(ShapeOf(shape.Under(window, shape.Channels)), x.NeedsGradient);
        Backend.MaxPool(x.Values, shape, window, output.Values);
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(x.Shape);
                Backend.MaxPoolBackward(x.Values, shape, window, output.Values, output.Gradient, change.Values);
                x.Accumulate(change);
            }
        );
    }

    /// <summary>The mean under the window, channel by channel, of the pixels that lie inside.</summary>
    /// <param name="x">Images.</param>
    /// <param name="window">The window.</param>
    /// <exception cref="ArgumentException">The window does not fit the images.</exception>
    public Variable AveragePool(Variable x, Window window)
    {
        var shape = ImagesOf(x);
        return AveragePool(x, shape, window, ShapeOf(shape.Under(window, shape.Channels)));
    }

    /// <summary>The mean of all pixels of an image: <c>[samples, channels]</c>.</summary>
    /// <param name="x">Images.</param>
    public Variable GlobalAveragePool(Variable x)
    {
        var shape = ImagesOf(x);
        return AveragePool(x, shape, new Window(shape.Height, shape.Width), [shape.Samples, shape.Channels]);
    }

    /// <summary>Each image as one row: <c>[samples, height · width · channels]</c>.</summary>
    /// <param name="x">Images.</param>
    public Variable Flatten(Variable x)
    {
        var shape = ImagesOf(x);
        var output = Output([shape.Samples, shape.SampleLength], x.NeedsGradient);
        x.Values.CopyTo(output.Values);
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(x.Shape);
                output.Gradient.CopyTo(change.Values);
                x.Accumulate(change);
            }
        );
    }

    private Variable AveragePool(Variable x, ImageBatch shape, Window window, ReadOnlySpan<long> outputShape)
    {
        var output = Output(outputShape, x.NeedsGradient);
        Backend.AveragePool(x.Values, shape, window, output.Values);
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(x.Shape);
                Backend.AveragePoolBackward(shape, window, output.Gradient, change.Values);
                x.Accumulate(change);
            }
        );
    }

    private static ImageBatch ImagesOf(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Length != 4)
            throw new ArgumentException(
                $"images have 4 dimensions [samples, height, width, channels], not [{string.Join(", ", x.Shape.ToArray())}]"
            );
        return checked(new ImageBatch((int)x.Shape[0], (int)x.Shape[1], (int)x.Shape[2], (int)x.Shape[3]));
    }

    private static long[] ShapeOf(ImageBatch images) => [images.Samples, images.Height, images.Width, images.Channels];
}
