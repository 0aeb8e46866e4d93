// Owns the measurement of a convolutional network's kernels: what a training step of ResNet-18 on small images takes, beside
// the products of matrices in it alone.
using System.Diagnostics;
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Benchmarks;

/// <summary>The layers of ResNet-18 (arXiv 1512.03385) on 32 x 32 images, forward and backward.</summary>
internal static class ImageReport
{
    /// <summary>Size of the image, channels, filters, taps a side, stride, and how many such layers there are.</summary>
    private static readonly (int Size, int Channels, int Filters, int Taps, int Stride, int Count)[] s_layers =
    [
        (32, 3, 64, 3, 1, 1),
        (32, 64, 64, 3, 1, 4),
        (32, 64, 128, 3, 2, 1),
        (32, 64, 128, 1, 2, 1),
        (16, 128, 128, 3, 1, 3),
        (16, 128, 256, 3, 2, 1),
        (16, 128, 256, 1, 2, 1),
        (8, 256, 256, 3, 1, 3),
        (8, 256, 512, 3, 2, 1),
        (8, 256, 512, 1, 2, 1),
        (4, 512, 512, 3, 1, 3),
    ];

    /// <summary>Prints milliseconds and the products' share of them, of the fastest of several interleaved runs.</summary>
    public static void Write(TextWriter output, int threads, int samples)
    {
        using var backend = new CpuBackend(threads);
        output.WriteLine($"{backend.Name}, {samples} samples; ms of convolution (its products alone)");
        output.WriteLine($"{"layer", -28} {"forward", 18} {"by input", 18} {"by filters", 18} {"norm, relu", 18}");
        var total = new double[8];
        foreach (var layer in s_layers)
        {
            double[] times = Layer(backend, samples, layer);
            for (int i = 0; i < times.Length; i++)
                total[i] += times[i] * layer.Count;
            string name =
                $"{layer.Count} x {layer.Size}² {layer.Channels} → {layer.Filters}, {layer.Taps}²/{layer.Stride}";
            output.WriteLine($"{name, -28} {Row(times)}");
        }
        output.WriteLine($"{"all", -28} {Row(total)}");
        double products = total[1] + total[3] + total[5];
        double all = total[0] + total[2] + total[4] + total[6] + total[7];
        output.WriteLine($"{all:F0} ms, of which products are {products:F0} ms or {products / all:P0}");
    }

    private static string Row(double[] times) =>
        $"{times[0], 9:F2} ({times[1], 6:F2}) {times[2], 9:F2} ({times[3], 6:F2}) {times[4], 9:F2} ({times[5], 6:F2}) {times[6], 8:F2} {times[7], 8:F2}";

    private static double[] Layer(
        CpuBackend backend,
        int samples,
        (int Size, int Channels, int Filters, int Taps, int Stride, int Count) layer
    )
    {
        var shape = new ImageBatch(samples, layer.Size, layer.Size, layer.Channels);
        var window = Window.Square(layer.Taps, layer.Stride, layer.Taps / 2);
        var places = shape.Under(window, layer.Filters);
        int patch = window.Taps * layer.Channels;
        float[] input = Weights.Floats(shape.Length, 1);
        float[] filters = Weights.Floats(patch * layer.Filters, 2);
        float[] result = Weights.Floats(places.Length, 3);
        float[] patches = Weights.Floats(places.Pixels * patch, 4);
        float[][] channels = [.. Enumerable.Range(0, 4).Select(i => Weights.Floats(layer.Filters, i))];
        float[] copy = new float[places.Length];
        Action[] works =
        [
            () => backend.Convolution(input, shape, filters, window, result),
            () =>
                backend.Product(
                    MatrixView.Of(patches, patch),
                    MatrixView.Of(filters, patch).Transposed,
                    result,
                    accumulate: false
                ),
            // The gradient of images is not wanted.
            () =>
            {
                if (layer.Channels > 3)
                    backend.ConvolutionInputGradient(result, shape, filters, window, input);
            },
            () =>
            {
                if (layer.Channels > 3)
                    backend.Product(
                        MatrixView.Of(result, layer.Filters),
                        MatrixView.Of(filters, patch),
                        patches,
                        accumulate: false
                    );
            },
            () => backend.ConvolutionFilterGradient(input, shape, result, window, filters),
            () =>
                backend.Product(
                    MatrixView.Of(result, layer.Filters).Transposed,
                    MatrixView.Of(patches, patch),
                    filters,
                    accumulate: true
                ),
            () =>
            {
                backend.BatchNorm(result, channels[0], channels[1], 1, copy, channels[2], channels[3]);
                backend.Activate(copy, copy, Activation.Relu);
            },
            () =>
            {
                backend.ActivateBackward(copy, result, Activation.Relu);
                backend.BatchNormBackward(
                    copy,
                    channels[0],
                    1,
                    channels[1],
                    channels[2],
                    result,
                    result,
                    channels[3],
                    channels[3]
                );
            },
        ];
        var times = new double[works.Length];
        Array.Fill(times, double.MaxValue);
        for (int round = 0; round < 5; round++)
        for (int i = 0; i < works.Length; i++)
        {
            Array.Fill(channels[2], 0.5f);
            long begin = Stopwatch.GetTimestamp();
            works[i]();
            times[i] = Math.Min(times[i], Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        return times;
    }
}
