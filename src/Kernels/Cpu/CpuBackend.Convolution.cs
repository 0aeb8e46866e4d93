// Owns convolution in the CPU backend: a matrix product of patches and filters, a part of the batch after the other.
using Tern.Kernels.Cpu.Images;

namespace Tern.Kernels.Cpu;

public sealed unsafe partial class CpuBackend
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
        var places = OperandChecks.Convolution(shape, window, input.Length, filters.Length, output.Length);
        int patch = window.Taps * shape.Channels;
        int together = window.IsPixel ? shape.Samples : Patches.Together(places, patch);
        for (int sample = 0; sample < shape.Samples; sample += together)
        {
            int count = Math.Min(together, shape.Samples - sample);
            var patches = Unfold(Part(input, shape, sample, count), shape with { Samples = count }, window);
            var result = output.Slice(sample * places.SampleLength, count * places.SampleLength);
            Product(MatrixView.Of(patches, patch), MatrixView.Of(filters, patch).Transposed, result, accumulate: false);
        }
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
        var places = OperandChecks.Convolution(shape, window, inputGradient.Length, filters.Length, gradient.Length);
        int patch = window.Taps * shape.Channels;
        var weights = MatrixView.Of(filters, patch);
        if (window.IsPixel)
        {
            Product(MatrixView.Of(gradient, places.Channels), weights, inputGradient, accumulate: false);
            return;
        }
        int together = Patches.Together(places, patch);
        for (int sample = 0; sample < shape.Samples; sample += together)
        {
            int count = Math.Min(together, shape.Samples - sample);
            int patches = count * places.SamplePixels * patch;
            float* memory = _context.Patches.Reserve(patches);
            var change = MatrixView.Of(Part(gradient, places, sample, count), places.Channels);
            Product(change, weights, new Span<float>(memory, patches), accumulate: false);
            fixed (float* images = inputGradient)
            {
                var job = new PatchJob
                {
                    Images = images + (long)sample * shape.SampleLength,
                    Patches = memory,
                    Shape = shape with { Samples = count },
                    Places = places with { Samples = count },
                    Window = window,
                };
                _images.Fold(_context, job);
            }
        }
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
        var places = OperandChecks.Convolution(shape, window, input.Length, filterGradient.Length, gradient.Length);
        int patch = window.Taps * shape.Channels;
        int together = window.IsPixel ? shape.Samples : Patches.Together(places, patch);
        for (int sample = 0; sample < shape.Samples; sample += together)
        {
            int count = Math.Min(together, shape.Samples - sample);
            var patches = Unfold(Part(input, shape, sample, count), shape with { Samples = count }, window);
            var change = MatrixView.Of(Part(gradient, places, sample, count), places.Channels);
            Product(change.Transposed, MatrixView.Of(patches, patch), filterGradient, accumulate: true);
        }
    }

    private static ReadOnlySpan<float> Part(ReadOnlySpan<float> images, ImageBatch shape, int sample, int count) =>
        images.Slice(sample * shape.SampleLength, count * shape.SampleLength);

    /// <summary>The patches under the window, in working memory of which there is one; the images themselves if those are it.</summary>
    private ReadOnlySpan<float> Unfold(ReadOnlySpan<float> input, ImageBatch shape, Window window)
    {
        if (window.IsPixel)
            return input;
        var places = shape.Under(window, 1);
        int length = checked(places.Pixels * window.Taps * shape.Channels);
        float* memory = _context.Patches.Reserve(length);
        fixed (float* images = input)
        {
            var job = new PatchJob
            {
                Images = images,
                Patches = memory,
                Shape = shape,
                Places = places,
                Window = window,
            };
            Patches.Unfold(_context, job);
        }
        return new ReadOnlySpan<float>(memory, length);
    }
}
