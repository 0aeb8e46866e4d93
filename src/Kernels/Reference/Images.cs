// Owns convolution and pools of the reference backend: sums over all meetings of a tap and a pixel.
namespace Tern.Kernels.Reference;

internal static class Images
{
    public static void Convolution(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> output
    )
    {
        int count = filters.Length / (window.Taps * shape.Channels);
        var sums = new double[output.Length];
        foreach (var (place, pixel, tap) in Meetings(shape, window))
            for (int filter = 0; filter < count; filter++)
            for (int i = 0; i < shape.Channels; i++)
            {
                double weight = filters[(filter * window.Taps + tap) * shape.Channels + i];
                sums[place * count + filter] += weight * input[pixel * shape.Channels + i];
            }
        Write(sums, output);
    }

    public static void ConvolutionInputGradient(
        ReadOnlySpan<float> gradient,
        ImageBatch shape,
        ReadOnlySpan<float> filters,
        Window window,
        Span<float> inputGradient
    )
    {
        int count = filters.Length / (window.Taps * shape.Channels);
        var sums = new double[inputGradient.Length];
        foreach (var (place, pixel, tap) in Meetings(shape, window))
            for (int filter = 0; filter < count; filter++)
            for (int i = 0; i < shape.Channels; i++)
            {
                double weight = filters[(filter * window.Taps + tap) * shape.Channels + i];
                sums[pixel * shape.Channels + i] += weight * gradient[place * count + filter];
            }
        Write(sums, inputGradient);
    }

    public static void ConvolutionFilterGradient(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        ReadOnlySpan<float> gradient,
        Window window,
        Span<float> filterGradient
    )
    {
        int count = filterGradient.Length / (window.Taps * shape.Channels);
        var sums = new double[filterGradient.Length];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = filterGradient[i];
        foreach (var (place, pixel, tap) in Meetings(shape, window))
            for (int filter = 0; filter < count; filter++)
            for (int i = 0; i < shape.Channels; i++)
            {
                double change = gradient[place * count + filter];
                sums[(filter * window.Taps + tap) * shape.Channels + i] += change * input[pixel * shape.Channels + i];
            }
        Write(sums, filterGradient);
    }

    public static void MaxPool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        output.Fill(float.NegativeInfinity);
        foreach (var (place, pixel, _) in Meetings(shape, window))
            for (int i = 0; i < shape.Channels; i++)
            {
                ref float largest = ref output[place * shape.Channels + i];
                largest = Math.Max(largest, input[pixel * shape.Channels + i]);
            }
    }

    public static void MaxPoolBackward(
        ReadOnlySpan<float> input,
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    )
    {
        inputGradient.Clear();
        var found = new bool[output.Length];
        foreach (var (place, pixel, _) in Meetings(shape, window))
            for (int i = 0; i < shape.Channels; i++)
            {
                int at = place * shape.Channels + i;
                if (found[at] || input[pixel * shape.Channels + i] < output[at])
                    continue;
                found[at] = true;
                inputGradient[pixel * shape.Channels + i] += gradient[at];
            }
    }

    public static void AveragePool(ReadOnlySpan<float> input, ImageBatch shape, Window window, Span<float> output)
    {
        var sums = new double[output.Length];
        int[] counts = Counts(shape, window);
        foreach (var (place, pixel, _) in Meetings(shape, window))
            for (int i = 0; i < shape.Channels; i++)
                sums[place * shape.Channels + i] += input[pixel * shape.Channels + i] / (double)counts[place];
        Write(sums, output);
    }

    public static void AveragePoolBackward(
        ImageBatch shape,
        Window window,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient
    )
    {
        var sums = new double[inputGradient.Length];
        int[] counts = Counts(shape, window);
        foreach (var (place, pixel, _) in Meetings(shape, window))
            for (int i = 0; i < shape.Channels; i++)
                sums[pixel * shape.Channels + i] += gradient[place * shape.Channels + i] / (double)counts[place];
        Write(sums, inputGradient);
    }

    /// <summary>Pixels inside the window at each place.</summary>
    private static int[] Counts(ImageBatch shape, Window window)
    {
        var counts = new int[shape.Under(window, 1).Pixels];
        foreach (var (place, _, _) in Meetings(shape, window))
            counts[place]++;
        return counts;
    }

    /// <summary>Every place of the window with every tap that meets a pixel there.</summary>
    private static IEnumerable<(int Place, int Pixel, int Tap)> Meetings(ImageBatch shape, Window window)
    {
        var places = shape.Under(window, 1);
        for (int place = 0; place < places.Pixels; place++)
        for (int tap = 0; tap < window.Taps; tap++)
        {
            int sample = place / places.SamplePixels;
            int y = place / places.Width % places.Height * window.Stride - window.Padding;
            int x = place % places.Width * window.Stride - window.Padding;
            y += tap / window.Width * window.Dilation;
            x += tap % window.Width * window.Dilation;
            if (y >= 0 && y < shape.Height && x >= 0 && x < shape.Width)
                yield return (place, (sample * shape.Height + y) * shape.Width + x, tap);
        }
    }

    private static void Write(double[] sums, Span<float> target)
    {
        for (int i = 0; i < sums.Length; i++)
            target[i] = (float)sums[i];
    }
}
