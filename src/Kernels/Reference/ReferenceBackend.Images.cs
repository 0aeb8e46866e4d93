// Owns the operations of convolutional networks in the reference backend.
namespace Tern.Kernels.Reference;

public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Convolution(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> output
    )
    {
        OperandChecks.Convolution(shape, window, input.Length, filters.Length, output.Length);
        Images.Convolution(input, shape, filters, window, output);
    }

    /// <inheritdoc/>
    public void ConvolutionInputGradient(
        ReadOnlySpan<float> gradient,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> inputGradient
    )
    {
        OperandChecks.Convolution(shape, window, inputGradient.Length, filters.Length, gradient.Length);
        Images.ConvolutionInputGradient(gradient, shape, filters, window, inputGradient);
    }

    /// <inheritdoc/>
    public void ConvolutionFilterGradient(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> gradient,
        Window window,
        Span<float> filterGradient
    )
    {
        OperandChecks.Convolution(shape, window, input.Length, filterGradient.Length, gradient.Length);
        Images.ConvolutionFilterGradient(input, shape, gradient, window, filterGradient);
    }

    /// <inheritdoc/>
    public void BatchNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output,
        Span<float> means,
        Span<float> variances
    )
    {
        OperandChecks.AnyRow(
            OperandChecks.BatchNorm(
                input.Length,
                output.Length,
                weight.Length,
                bias.Length,
                means.Length,
                variances.Length
            )
        );
        BatchNormalization.Statistics(input, means, variances);
        BatchNormalization.Apply(input, weight, bias, epsilon, means, variances, output);
    }

    /// <inheritdoc/>
    public void BatchNormWith(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        Span<float> output
    )
    {
        OperandChecks.BatchNorm(
            input.Length,
            output.Length,
            weight.Length,
            bias.Length,
            means.Length,
            variances.Length
        );
        BatchNormalization.Apply(input, weight, bias, epsilon, means, variances, output);
    }

    /// <inheritdoc/>
    public void BatchNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        Span<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient
    )
    {
        OperandChecks.SameLength(input.Length, gradient.Length);
        OperandChecks.SameLength(weight.Length, weightGradient.Length);
        OperandChecks.AnyRow(
            OperandChecks.BatchNorm(
                input.Length,
                inputGradient.Length,
                weight.Length,
                biasGradient.Length,
                means.Length,
                variances.Length
            )
        );
        BatchNormalization.Backward(
            input,
            weight,
            epsilon,
            means,
            variances,
            gradient,
            inputGradient,
            weightGradient,
            biasGradient
        );
    }

    /// <inheritdoc/>
    public void MaxPool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        OperandChecks.Pool(shape, window, input.Length, output.Length);
        Images.MaxPool(input, shape, window, output);
    }

    /// <inheritdoc/>
    public void MaxPoolBackward(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    )
    {
        OperandChecks.Pool(shape, window, input.Length, output.Length);
        OperandChecks.SameLength(output.Length, gradient.Length);
        OperandChecks.SameLength(input.Length, inputGradient.Length);
        Images.MaxPoolBackward(input, shape, window, output, gradient, inputGradient);
    }

    /// <inheritdoc/>
    public void AveragePool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        OperandChecks.Pool(shape, window, input.Length, output.Length);
        Images.AveragePool(input, shape, window, output);
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    )
    {
        OperandChecks.Pool(shape, window, inputGradient.Length, gradient.Length);
        Images.AveragePoolBackward(shape, window, gradient, inputGradient);
    }
}
