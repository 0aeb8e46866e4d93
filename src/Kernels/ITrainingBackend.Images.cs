// Owns the list of operations of convolutional networks, forward and backward. Sums over the batch run in the order of the
// samples, as everywhere, except where batch normalization mixes the batch.
namespace Tern.Kernels;

public partial interface ITrainingBackend
{
    /// <summary>Convolution (in fact correlation): at each place of the window, each filter times what the window shows, outside zeros.</summary>
    /// <param name="input">Images of the shape.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="filters"><c>[filters, window height, window width, channels]</c>.</param>
    /// <param name="window">The window.</param>
    /// <param name="output">Written: images of <see cref="ImageBatch.Under"/>, a channel for each filter.</param>
    /// <exception cref="ArgumentException">The window does not fit the images, or an operand the shapes.</exception>
    void Convolution(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> output
    );

    /// <summary>Gradient of <see cref="Convolution"/> by its input.</summary>
    /// <param name="gradient">Of the output.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="window">The window.</param>
    /// <param name="inputGradient">Written, images of the shape.</param>
    void ConvolutionInputGradient(
        ReadOnlySpan<float> gradient,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> inputGradient
    );

    /// <summary>Gradient of <see cref="Convolution"/> by its filters: added pixel after pixel, so that a batch cut anywhere
    /// between samples gives the bits of the whole.</summary>
    /// <param name="input">What was convolved.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="window">The window.</param>
    /// <param name="filterGradient">Added to, as the filters.</param>
    void ConvolutionFilterGradient(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> gradient,
        Window window,
        Span<float> filterGradient
    );

    /// <summary>
    /// Batch normalization (Ioffe and Szegedy, arXiv 1502.03167) with the statistics of this batch: (x - mean) / √(variance +
    /// epsilon) · weight + bias, column by column. A batch's result depends on all its rows.
    /// </summary>
    /// <param name="input"><c>[rows, channels]</c>, at least one row.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="output">Written, <c>[rows, channels]</c>; may be the input.</param>
    /// <param name="means">Written, <c>[channels]</c>.</param>
    /// <param name="variances">Written, <c>[channels]</c>: mean squared distances from the mean, divided by the rows.</param>
    /// <exception cref="ArgumentException">The operands do not fit each other, or there is no row.</exception>
    void BatchNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output,
        Span<float> means,
        Span<float> variances
    );

    /// <summary>Batch normalization with given statistics, as at inference: rows do not depend on each other.</summary>
    /// <param name="input"><c>[rows, channels]</c>.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="means"><c>[channels]</c>.</param>
    /// <param name="variances"><c>[channels]</c>.</param>
    /// <param name="output">Written, <c>[rows, channels]</c>; may be the input.</param>
    void BatchNormWith(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        Span<float> output
    );

    /// <summary>Gradient of <see cref="BatchNorm"/>, through the statistics as well.</summary>
    /// <param name="input">What was normalized.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="means">As <see cref="BatchNorm"/> wrote them.</param>
    /// <param name="variances">As <see cref="BatchNorm"/> wrote them.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="inputGradient">Written; may be <paramref name="gradient"/>.</param>
    /// <param name="weightGradient">Added to, <c>[channels]</c>.</param>
    /// <param name="biasGradient">Added to, <c>[channels]</c>.</param>
    void BatchNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        Span<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient
    );

    /// <summary>The largest value under the window, channel by channel; what lies outside does not count.</summary>
    /// <param name="input">Images of the shape, numbers only.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="window">The window, without dilation and with less padding than taps.</param>
    /// <param name="output">Written: images of <see cref="ImageBatch.Under"/>.</param>
    /// <exception cref="ArgumentException">The window does not fit the images, or an operand the shapes.</exception>
    void MaxPool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output);

    /// <summary>Gradient of <see cref="MaxPool"/>: goes to the first of the largest values, row by row.</summary>
    /// <param name="input">What was pooled.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="window">The window.</param>
    /// <param name="output">What <see cref="MaxPool"/> wrote.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="inputGradient">Written, images of the shape.</param>
    void MaxPoolBackward(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    );

    /// <summary>
    /// The mean under the window, channel by channel, of the pixels that lie inside. A window as large as the image is
    /// global pooling.
    /// </summary>
    /// <param name="input">Images of the shape.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="window">The window, without dilation and with less padding than taps.</param>
    /// <param name="output">Written: images of <see cref="ImageBatch.Under"/>.</param>
    /// <exception cref="ArgumentException">The window does not fit the images, or an operand the shapes.</exception>
    void AveragePool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output);

    /// <summary>Gradient of <see cref="AveragePool"/>.</summary>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="window">The window.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="inputGradient">Written, images of the shape.</param>
    void AveragePoolBackward(ImageBatch shape, Window window, ReadOnlySpan<float> gradient, Span<float> inputGradient);
}
