// Pools and their gradients: against differences and the reference, ties, and refused operands.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class PoolTests
{
    public static TheoryData<ImageCase> SmallCases =>
        [
            new ImageCase(new(0, 3, 3, 2), Window.Square(2)),
            new ImageCase(new(1, 1, 1, 1), Window.Square(1)),
            new ImageCase(new(2, 5, 4, 3), Window.Square(2, stride: 2)),
            new ImageCase(new(1, 6, 5, 17), Window.Square(3, stride: 2, padding: 1)),
            new ImageCase(new(2, 4, 3, 5), new Window(4, 3)), // global
            new ImageCase(new(1, 2, 2, 1), Window.Square(3, padding: 2)),
            new ImageCase(new(1, 4, 7, 2), new Window(2, 3, Stride: 3)), // pixels that no place sees
        ];

    public static TheoryData<ImageCase> LargeCases =>
        [
            new ImageCase(new(3, 32, 31, 64), Window.Square(3, stride: 2, padding: 1)),
            new ImageCase(new(5, 7, 7, 130), Window.Square(7)),
            new ImageCase(new(1, 9, 9, 100), Window.Square(2)),
        ];

    [Theory]
    [MemberData(nameof(SmallCases))]
    public void Pools_change_by_their_input_as_differences_say(ImageCase images)
    {
        double[] input = Differences.Double(images.Input);
        Differences.Check(images.Largest(input), images.MaxPool, 0);
        Differences.Check(images.Mean(input), images.AveragePool, 1e-6f);
        Differences.Check(
            Differences.Of(x => Differences.Dot(images.Largest(x), images.PooledGradient), input),
            images.MaxPoolBackward,
            1e-6f
        );
        Differences.Check(
            Differences.Of(x => Differences.Dot(images.Mean(x), images.PooledGradient), input),
            images.AveragePoolBackward,
            1e-6f
        );
    }

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void Pools_and_their_gradients_are_those_of_the_reference(ImageCase images)
    {
        Differences.CheckReference(images.MaxPool, 0, 0);
        Differences.CheckReference(images.AveragePool, 1e-6f, 1e-6f);
        Differences.CheckReference(images.MaxPoolBackward, 1e-6f, 1e-6f);
        Differences.CheckReference(images.AveragePoolBackward, 1e-6f, 1e-6f);
    }

    [Fact]
    public void The_first_of_equal_values_gets_the_gradient()
    {
        var shape = new ImageBatch(1, 2, 2, 1);
        float[] Gradient(ITrainingBackend backend)
        {
            float[] result = new float[4];
            backend.MaxPoolBackward([1, 3, 3, 3], shape, Window.Square(2), [3], [5], result);
            return result;
        }
        Assert.Equal([0, 5, 0, 0], Gradient(Backends.Reference));
        Assert.Equal([0, 5, 0, 0], Backends.SameBits(Gradient));
    }

    [Fact]
    public void Windows_and_operands_that_do_not_fit_are_refused()
    {
        var shape = new ImageBatch(2, 4, 4, 3);
        var places = shape.Under(Window.Square(2, stride: 2), 3);
        Refuse(shape, Window.Square(2, stride: 2), shape.Length - 1, places.Length);
        Refuse(shape, Window.Square(2, stride: 2), shape.Length, places.Length - 1);
        Refuse(shape, Window.Square(5), shape.Length, places.Length);
        var dilated = Window.Square(2, dilation: 2);
        Refuse(shape, dilated, shape.Length, shape.Under(dilated, 3).Length);
        var padded = Window.Square(2, padding: 2);
        Refuse(shape, padded, shape.Length, shape.Under(padded, 3).Length);
    }

    private static void Refuse(ImageBatch shape, Window window, int input, int output)
    {
        using var fast = new CpuBackend(1);
        foreach (var backend in new ITrainingBackend[] { Backends.Reference, fast })
        {
            var (x, y) = (new float[input], new float[output]);
            Assert.Throws<ArgumentException>(() => backend.MaxPool(x, shape, window, y));
            Assert.Throws<ArgumentException>(() => backend.AveragePool(x, shape, window, y));
            Assert.Throws<ArgumentException>(() => backend.AveragePoolBackward(shape, window, y, x));
            Assert.Throws<ArgumentException>(() => backend.MaxPoolBackward(x, shape, window, y, y, x));
        }
    }
}
