// The tape's operations on images: gradients through a whole small network against differences, statistics, refusals.
using Tern.Kernels;
using Tern.Kernels.Reference;
using Tern.Training.Autograd;

namespace Tern.Training.Tests.Vision;

public class ImageNetworkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_through_a_network_are_what_differences_of_its_loss_say(bool largest)
    {
        using var network = new SmallNetwork(largest);
        network.Loss(backward: true);
        foreach (var parameter in network.Parameters)
        {
            float[] gradient = [.. parameter.Gradients];
            Assert.Contains(gradient, value => value != 0);
            for (int i = 0; i < gradient.Length; i++)
            {
                const float Step = 1e-3f;
                float value = parameter.Values[i];
                parameter.Values[i] = value + Step;
                double above = network.Loss(backward: false);
                parameter.Values[i] = value - Step;
                double difference = (above - network.Loss(backward: false)) / (2 * Step);
                parameter.Values[i] = value;
                Assert.Equal(difference, gradient[i], 2e-3);
            }
        }
        float[] images = network.ImageGradient;
        for (int i = 0; i < images.Length; i++)
        {
            const float Step = 1e-3f;
            float value = network.Images[i];
            network.Images[i] = value + Step;
            double above = network.Loss(backward: false);
            network.Images[i] = value - Step;
            double difference = (above - network.Loss(backward: false)) / (2 * Step);
            network.Images[i] = value;
            Assert.Equal(difference, images[i], 2e-3);
        }
    }

    [Fact]
    public void Running_statistics_approach_those_of_the_batches_and_serve_a_tape_that_does_not_record()
    {
        float[] rows = [1, 10, 3, 10, 5, 40];
        var running = new RunningStatistics("norm", 2);
        var weight = new Parameter("weight", 2);
        var bias = new Parameter("bias", 2);
        weight.Values.Fill(1);
        using var pool = new TensorPool();
        var backend = new ReferenceBackend();
        for (int i = 0; i < 200; i++)
        {
            using var training = new Tape(backend, pool);
            training.BatchNorm(training.Input(rows, [3, 2]), weight, bias, 0, running);
        }
        Assert.Equal(3, running.Means.Span<float>()[0], 1e-4);
        Assert.Equal(20, running.Means.Span<float>()[1], 1e-4);
        Assert.Equal(4, running.Variances.Span<float>()[0], 1e-4); // (4 + 0 + 4) / 2
        Assert.Equal(300, running.Variances.Span<float>()[1], 1e-2);

        using var inference = new Tape(backend, pool) { IsRecording = false };
        var result = inference.BatchNormWith(inference.Input([5, 20], [1, 2]), weight, bias, 0, running);
        Assert.Equal(1, result.Values[0], 1e-4);
        Assert.Equal(0, result.Values[1], 1e-4);
        using var recording = new Tape(backend, pool);
        var x = recording.Input([5, 20], [1, 2]);
        Assert.Throws<InvalidOperationException>(() => recording.BatchNormWith(x, weight, bias, 0, running));
    }

    [Fact]
    public void A_pool_over_the_whole_image_is_the_mean_of_its_pixels()
    {
        using var pool = new TensorPool();
        using var tape = new Tape(new ReferenceBackend(), pool);
        var images = tape.Input([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 1, 3, 2], needsGradient: true);
        var means = tape.GlobalAveragePool(images);
        Assert.Equal([2, 2], means.Shape.ToArray());
        Assert.Equal([3, 4, 30, 40], means.Values.ToArray());
        tape.Seed(means, [3, 6, 0, 9]);
        tape.Backward();
        Assert.Equal([1, 2, 1, 2, 1, 2, 0, 3, 0, 3, 0, 3], images.Gradient.ToArray());
    }

    [Fact]
    public void What_is_no_batch_of_images_is_refused()
    {
        using var pool = new TensorPool();
        using var tape = new Tape(new ReferenceBackend(), pool);
        var rows = tape.Input(new float[6], [2, 3]);
        var error = Assert.Throws<ArgumentException>(() => tape.Flatten(rows));
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.MaxPool(rows, Window.Square(1)));
        var images = tape.Input(new float[12], [1, 2, 3, 2]);
        Assert.Throws<ArgumentException>(() => tape.AveragePool(images, Window.Square(3)));
        Assert.Throws<ArgumentException>(() =>
            tape.Convolve(images, new Parameter("filters", 1, 1, 1, 3), Window.Square(1))
        );
    }

    /// <summary>Every operation on images, one after the other, to two classes.</summary>
    private sealed class SmallNetwork : IDisposable
    {
        private readonly TensorPool _pool = new();
        private readonly ReferenceBackend _backend = new();
        private readonly bool _largest;
        private readonly Parameter _first = new("first", 3, 3, 3, 2);
        private readonly Parameter _weight = new("norm.weight", 3);
        private readonly Parameter _bias = new("norm.bias", 3);
        private readonly Parameter _second = new("second", 4, 1, 1, 3);
        private readonly Parameter _linear = new("linear", 2, 16);

        public SmallNetwork(bool largest)
        {
            _largest = largest;
            var random = new Random(5);
            foreach (var parameter in Parameters)
            foreach (ref float value in parameter.Values)
                value = (float)(random.NextDouble() * 2 - 1);
            foreach (ref float value in Images.AsSpan())
                value = (float)(random.NextDouble() * 2 - 1);
        }

        public Parameter[] Parameters => [_first, _weight, _bias, _second, _linear];

        public float[] Images { get; } = new float[2 * 5 * 5 * 2];

        public float[] ImageGradient { get; private set; } = [];

        public double Loss(bool backward)
        {
            using var tape = new Tape(_backend, _pool);
            var images = tape.Input(Images, [2, 5, 5, 2], needsGradient: true);
            var x = tape.Convolve(images, _first, Window.Square(3, padding: 1));
            x = tape.BatchNorm(x, _weight, _bias, 1e-3f, new RunningStatistics("norm", 3));
            x = tape.Activate(x, Activation.Silu);
            var window = Window.Square(2, stride: 3, padding: 1);
            x = _largest ? tape.MaxPool(x, window) : tape.AveragePool(x, window);
            x = tape.Convolve(x, _second, Window.Square(1));
            x = tape.Linear(tape.Flatten(x), _linear);
            var scores = tape.Score(x, new[] { 0, 1 }).LogProbabilities;
            double loss = -(double)scores.Values[0] - scores.Values[1];
            if (backward)
            {
                tape.Seed(scores, [-1, -1]);
                tape.Backward();
                ImageGradient = images.Gradient.ToArray();
            }
            return loss;
        }

        public void Dispose() => _pool.Dispose();
    }
}
