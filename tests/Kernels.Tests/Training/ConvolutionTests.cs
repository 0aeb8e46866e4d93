// Convolution and its gradients: against differences and the reference, over cut batches, and refused operands.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class ConvolutionTests
{
    public static TheoryData<ImageCase> SmallCases =>
        [
            new ImageCase(new(0, 3, 3, 2), Window.Square(3), 2),
            new ImageCase(new(1, 1, 1, 1), Window.Square(1)),
            new ImageCase(new(2, 4, 3, 5), Window.Square(1), 3),
            new ImageCase(new(2, 5, 4, 3), Window.Square(3, padding: 1), 2),
            new ImageCase(new(1, 6, 5, 2), Window.Square(3, stride: 2, padding: 1), 17),
            new ImageCase(new(2, 5, 5, 1), Window.Square(1, stride: 2), 3),
            new ImageCase(new(1, 7, 6, 2), Window.Square(3, padding: 2, dilation: 2), 2),
            new ImageCase(new(1, 2, 2, 1), Window.Square(3, stride: 3, padding: 5), 2), // places that see nothing
            new ImageCase(new(1, 4, 6, 17), new Window(2, 5, Stride: 2, Padding: 2), 1),
            new ImageCase(new(1, 3, 9, 2), new Window(1, 3, Stride: 1, Padding: 0, Dilation: 3), 2),
        ];

    public static TheoryData<ImageCase> LargeCases =>
        [
            new ImageCase(new(3, 32, 32, 3), Window.Square(3, padding: 1), 64),
            new ImageCase(new(2, 20, 30, 3), Window.Square(7, stride: 2, padding: 3), 33),
            new ImageCase(new(60, 4, 4, 65), Window.Square(3, padding: 1), 20), // more than are unfolded at once
            new ImageCase(new(3, 9, 9, 48), Window.Square(1), 31),
            new ImageCase(new(3, 9, 9, 48), Window.Square(1, stride: 2), 31),
            new ImageCase(new(2, 13, 11, 16), Window.Square(3, padding: 2, dilation: 2), 16),
        ];

    [Theory]
    [MemberData(nameof(SmallCases))]
    public void Convolution_changes_by_its_input_and_its_filters_as_differences_say(ImageCase images)
    {
        double[] input = Differences.Double(images.Input);
        double[] filters = Differences.Double(images.Filters);
        float[] before = Randoms.Floats(filters.Length, 5);
        Differences.Check(images.Convolved(input, filters), images.Convolution, 1e-5f);
        Differences.Check(
            Differences.Of(x => Differences.Dot(images.Convolved(x, filters), images.Gradient), input),
            images.InputGradient,
            1e-5f
        );
        double[] expected = Differences.Of(x => Differences.Dot(images.Convolved(input, x), images.Gradient), filters);
        for (int i = 0; i < expected.Length; i++)
            expected[i] += before[i];
        Differences.Check(expected, backend => images.FilterGradient(backend, before), 1e-5f);
    }

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void Convolution_and_its_gradients_are_those_of_the_reference(ImageCase images)
    {
        float[] before = Randoms.Floats(images.Filters.Length, 5);
        Differences.CheckReference(images.Convolution, 1e-5f, 1e-4f);
        Differences.CheckReference(images.InputGradient, 1e-5f, 1e-4f);
        Differences.CheckReference(backend => images.FilterGradient(backend, before), 1e-5f, 2e-4f);
    }

    [Fact]
    public void A_sample_is_convolved_alone_as_in_a_batch()
    {
        var batch = new ImageCase(new(60, 4, 4, 65), Window.Square(3, padding: 1), 20);
        using var backend = new CpuBackend(2);
        float[] output = batch.Convolution(backend);
        float[] input = batch.InputGradient(backend);
        foreach (int sample in new[] { 0, 1, 31, 59 })
        {
            var alone = batch.Samples(sample, sample + 1);
            int length = alone.Output.Length;
            Backends.AssertBits(output.AsSpan(sample * length, length), alone.Convolution(backend), "output");
            length = alone.Shape.Length;
            Backends.AssertBits(input.AsSpan(sample * length, length), alone.InputGradient(backend), "gradient");
        }
    }

    [Fact]
    public void Windows_and_operands_that_do_not_fit_are_refused()
    {
        var shape = new ImageBatch(2, 4, 4, 3);
        var output = shape.Under(Window.Square(3), 5);
        Assert.Equal(new ImageBatch(2, 2, 2, 5), output);
        Assert.Throws<ArgumentException>(() => shape.Under(Window.Square(5), 1));
        Assert.Throws<ArgumentException>(() => shape.Under(Window.Square(3, dilation: 2), 1));
        Assert.Throws<ArgumentException>(() => shape.Under(Window.Square(0), 1));
        Assert.Throws<ArgumentException>(() => shape.Under(Window.Square(3, stride: 0), 1));
        Assert.Throws<ArgumentException>(() => shape.Under(Window.Square(3, padding: -1), 1));
        int filters = 5 * 27;
        Refuse(shape, shape.Length - 1, filters, output.Length);
        Refuse(shape, shape.Length, filters - 1, output.Length);
        Refuse(shape, shape.Length, 0, 0);
        Refuse(shape, shape.Length, filters, output.Length - 5);
        Refuse(shape with { Channels = 0 }, 0, filters, output.Length);
        Refuse(shape with { Samples = -1 }, shape.Length, filters, output.Length);
        Refuse(shape with { Height = 2 }, shape.Length / 2, filters, output.Length);
    }

    private static void Refuse(ImageBatch shape, int input, int filters, int output)
    {
        using var fast = new CpuBackend(1);
        foreach (var backend in new ITrainingBackend[] { Backends.Reference, fast })
        {
            var (x, w, y) = (new float[input], new float[filters], new float[output]);
            Assert.Throws<ArgumentException>(() => backend.Convolution(x, shape, w, Window.Square(3), y));
            Assert.Throws<ArgumentException>(() => backend.ConvolutionInputGradient(y, shape, w, Window.Square(3), x));
            Assert.Throws<ArgumentException>(() => backend.ConvolutionFilterGradient(x, shape, y, Window.Square(3), w));
        }
    }
}
