// Owns one batch of random images, a window over them, and convolution and pools as formulas in double precision.
namespace Tern.Kernels.Tests.Training;

public sealed class ImageCase
{
    public ImageCase(ImageBatch shape, Window window, int filters = 1)
    {
        (Shape, Window, Count) = (shape, window, filters);
        Input = Randoms.Floats(shape.Length, 1, 2);
        Filters = Randoms.Floats(filters * FilterLength, 2);
        Gradient = Randoms.Floats(Output.Length, 3);
        PooledGradient = Randoms.Floats(Pooled.Length, 4);
    }

    public ImageBatch Shape { get; }

    public Window Window { get; }

    public int Count { get; }

    public ImageBatch Output => Shape.Under(Window, Count);

    public ImageBatch Pooled => Shape.Under(Window, Shape.Channels);

    public float[] Input { get; private init; }

    public float[] Filters { get; private init; }

    public float[] Gradient { get; private init; }

    public float[] PooledGradient { get; }

    private int FilterLength => Window.Taps * Shape.Channels;

    public override string ToString() => $"{Shape}, {Window}, {Count} filters";

    /// <summary>Some samples of the batch, with the same filters.</summary>
    public ImageCase Samples(int start, int end) =>
        new(Shape with { Samples = end - start }, Window, Count)
        {
            Input = Input[(start * Shape.SampleLength)..(end * Shape.SampleLength)],
            Filters = Filters,
            Gradient = Gradient[(start * Output.SampleLength)..(end * Output.SampleLength)],
        };

    public double[] Convolved(double[] input, double[] filters) =>
        Each(
            Output,
            (sample, y, x, filter) =>
            {
                double sum = 0;
                for (int row = 0; row < Window.Height; row++)
                for (int tap = 0; tap < Window.Width; tap++)
                for (int channel = 0; channel < Shape.Channels; channel++)
                {
                    int at = ((filter * Window.Height + row) * Window.Width + tap) * Shape.Channels + channel;
                    sum += filters[at] * (Pixel(input, sample, y, x, row, tap, channel) ?? 0);
                }
                return sum;
            }
        );

    public double[] Largest(double[] input) =>
        Each(Pooled, (sample, y, x, channel) => Seen(input, sample, y, x, channel).Max());

    public double[] Mean(double[] input) =>
        Each(Pooled, (sample, y, x, channel) => Seen(input, sample, y, x, channel).Average());

    internal float[] Convolution(ITrainingBackend backend)
    {
        var output = Garbage(Output.Length);
        backend.Convolution(Input, Shape, Filters, Window, output);
        return output;
    }

    internal float[] InputGradient(ITrainingBackend backend)
    {
        var gradient = Garbage(Shape.Length);
        backend.ConvolutionInputGradient(Gradient, Shape, Filters, Window, gradient);
        return gradient;
    }

    internal float[] FilterGradient(ITrainingBackend backend, float[] before)
    {
        float[] sums = [.. before];
        backend.ConvolutionFilterGradient(Input, Shape, Gradient, Window, sums);
        return sums;
    }

    internal float[] MaxPool(ITrainingBackend backend)
    {
        var output = Garbage(Pooled.Length);
        backend.MaxPool(Input, Shape, Window, output);
        return output;
    }

    internal float[] MaxPoolBackward(ITrainingBackend backend)
    {
        var gradient = Garbage(Shape.Length);
        backend.MaxPoolBackward(Input, Shape, Window, MaxPool(backend), PooledGradient, gradient);
        return gradient;
    }

    internal float[] AveragePool(ITrainingBackend backend)
    {
        var output = Garbage(Pooled.Length);
        backend.AveragePool(Input, Shape, Window, output);
        return output;
    }

    internal float[] AveragePoolBackward(ITrainingBackend backend)
    {
        var gradient = Garbage(Shape.Length);
        backend.AveragePoolBackward(Shape, Window, PooledGradient, gradient);
        return gradient;
    }

    private static float[] Garbage(int length)
    {
        var values = new float[length];
        Array.Fill(values, float.NaN);
        return values;
    }

    private static double[] Each(ImageBatch shape, Func<int, int, int, int, double> value) =>
        [
            .. from sample in Enumerable.Range(0, shape.Samples)
            from y in Enumerable.Range(0, shape.Height)
            from x in Enumerable.Range(0, shape.Width)
            from channel in Enumerable.Range(0, shape.Channels)
            select value(sample, y, x, channel),
        ];

    private IEnumerable<double> Seen(double[] input, int sample, int y, int x, int channel) =>
        from row in Enumerable.Range(0, Window.Height)
        from tap in Enumerable.Range(0, Window.Width)
        let pixel = Pixel(input, sample, y, x, row, tap, channel)
        where pixel is not null
        select pixel.Value;

    /// <summary>The value that a tap meets at a place; null outside.</summary>
    private double? Pixel(double[] input, int sample, int y, int x, int row, int tap, int channel)
    {
        int py = y * Window.Stride - Window.Padding + row * Window.Dilation;
        int px = x * Window.Stride - Window.Padding + tap * Window.Dilation;
        return py < 0 || px < 0 || py >= Shape.Height || px >= Shape.Width
            ? null
            : input[((sample * Shape.Height + py) * Shape.Width + px) * Shape.Channels + channel];
    }
}
