// Owns batch normalization and pools in the CPU backend: checks and pins their operands.
using Tern.Kernels.Cpu.Images;

namespace Tern.Kernels.Cpu;

public sealed unsafe partial class CpuBackend
{
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
        int rows = OperandChecks.BatchNorm(
            input.Length,
            output.Length,
            weight.Length,
            bias.Length,
            means.Length,
            variances.Length
        );
        OperandChecks.AnyRow(rows);
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* b = bias)
        fixed (float* y = output)
        fixed (float* mean = means)
        fixed (float* variance = variances)
        {
            var job = new BatchNormJob
            {
                Input = x,
                Weight = w,
                Bias = b,
                Output = y,
                Means = mean,
                Variances = variance,
                Epsilon = epsilon,
                Rows = rows,
                Channels = weight.Length,
            };
            _images.BatchNorm(_context, job);
        }
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
        int rows = OperandChecks.BatchNorm(
            input.Length,
            output.Length,
            weight.Length,
            bias.Length,
            means.Length,
            variances.Length
        );
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* b = bias)
        fixed (float* y = output)
        fixed (float* mean = means)
        fixed (float* variance = variances)
        {
            var job = new BatchNormJob
            {
                Input = x,
                Weight = w,
                Bias = b,
                Output = y,
                Means = mean,
                Variances = variance,
                Epsilon = epsilon,
                Rows = rows,
                Channels = weight.Length,
            };
            _images.BatchNormWith(_context, job);
        }
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
        int rows = OperandChecks.BatchNorm(
            input.Length,
            inputGradient.Length,
            weight.Length,
            biasGradient.Length,
            means.Length,
            variances.Length
        );
        OperandChecks.AnyRow(rows);
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* mean = means)
        fixed (float* variance = variances)
        fixed (float* change = gradient)
        fixed (float* inputs = inputGradient)
        fixed (float* weights = weightGradient)
        fixed (float* biases = biasGradient)
        {
            var job = new BatchNormJob
            {
                Input = x,
                Weight = w,
                Means = mean,
                Variances = variance,
                Gradient = change,
                InputGradient = inputs,
                WeightGradient = weights,
                BiasGradient = biases,
                Epsilon = epsilon,
                Rows = rows,
                Channels = weight.Length,
            };
            _images.BatchNormBackward(_context, job);
        }
    }

    /// <inheritdoc/>
    public void MaxPool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        var places = OperandChecks.Pool(shape, window, input.Length, output.Length);
        fixed (float* x = input)
        fixed (float* y = output)
        {
            var job = new PoolJob
            {
                Input = x,
                Output = y,
                Shape = shape,
                Places = places,
                Window = window,
            };
            _images.MaxPool(_context, job);
        }
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
        var places = OperandChecks.Pool(shape, window, input.Length, output.Length);
        OperandChecks.SameLength(output.Length, gradient.Length);
        OperandChecks.SameLength(input.Length, inputGradient.Length);
        fixed (float* x = input)
        fixed (float* y = output)
        fixed (float* change = gradient)
        fixed (float* inputs = inputGradient)
        {
            var job = new PoolJob
            {
                Input = x,
                Output = y,
                Gradient = change,
                InputGradient = inputs,
                Shape = shape,
                Places = places,
                Window = window,
            };
            _images.MaxPoolBackward(_context, job);
        }
    }

    /// <inheritdoc/>
    public void AveragePool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        var places = OperandChecks.Pool(shape, window, input.Length, output.Length);
        fixed (float* x = input)
        fixed (float* y = output)
        {
            var job = new PoolJob
            {
                Input = x,
                Output = y,
                Shape = shape,
                Places = places,
                Window = window,
            };
            _images.AveragePool(_context, job);
        }
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    )
    {
        var places = OperandChecks.Pool(shape, window, inputGradient.Length, gradient.Length);
        fixed (float* change = gradient)
        fixed (float* inputs = inputGradient)
        {
            var job = new PoolJob
            {
                Gradient = change,
                InputGradient = inputs,
                Shape = shape,
                Places = places,
                Window = window,
            };
            _images.AveragePoolBackward(_context, job);
        }
    }
}
