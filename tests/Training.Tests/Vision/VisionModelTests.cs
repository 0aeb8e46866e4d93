// Networks for images: their sizes, that they learn, and that a batch in parts has the gradients of the whole.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Optimizers;
using Tern.Training.Vision;

namespace Tern.Training.Tests.Vision;

public class VisionModelTests
{
    private const int Pixels = RenderedDigits.Size * RenderedDigits.Size;

    private delegate Variable Network(Tape tape, Variable images);

    [Theory]
    [InlineData(18, 11_689_512)]
    [InlineData(34, 21_797_672)]
    [InlineData(50, 25_557_032)]
    [InlineData(101, 44_549_160)]
    [InlineData(152, 60_192_808)]
    public void A_residual_network_has_the_published_number_of_parameters(int depth, long parameters) =>
        Assert.Equal(parameters, new ResNet(new ResNetConfig { Depth = depth }).ParameterCount);

    [Fact]
    public void There_are_no_residual_networks_of_other_depths()
    {
        var error = Assert.Throws<ArgumentException>(() => new ResNet(new ResNetConfig { Depth = 20 }));
        Assert.Contains("18, 34, 50, 101 and 152", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(18, true)]
    [InlineData(34, false)]
    [InlineData(50, true)]
    [InlineData(101, false)]
    [InlineData(152, false)]
    public void Every_parameter_of_a_residual_network_gets_a_gradient(int depth, bool smallImages)
    {
        var network = new ResNet(
            new ResNetConfig
            {
                Depth = depth,
                Width = 4,
                Classes = 7,
                SmallImages = smallImages,
            }
        );
        network.Initialize(seed: 1);
        int size = smallImages ? 16 : 64;
        float[] images = new float[2 * size * size * 3];
        for (int i = 0; i < images.Length; i++)
            images[i] = MathF.Sin(i);
        using var backend = new CpuBackend(2);
        using var pool = new TensorPool();
        using var tape = new Tape(backend, pool);
        var logits = network.Forward(tape, tape.Input(images, [2, size, size, 3]));
        Assert.Equal([2, 7], logits.Shape.ToArray());
        Assert.All(logits.Values.ToArray(), value => Assert.True(float.IsFinite(value)));
        tape.Seed(logits, [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        tape.Backward();
        foreach (var parameter in network.Parameters)
        {
            Assert.All(parameter.Gradients.ToArray(), value => Assert.True(float.IsFinite(value), parameter.Name));
            Assert.True(parameter.Gradients.ContainsAnyExcept(0f), parameter.Name);
        }
        tape.Reset();
        Assert.Equal(0, pool.LentBytes);
    }

    [Fact]
    public void A_network_of_linear_layers_learns_to_read_digits()
    {
        var network = new DigitMlp();
        network.Initialize(seed: 1);
        using var backend = new CpuBackend(2);
        var sgd = new Sgd(network.Parameters, new Sgd.Options());
        var (first, last) = Train(
            backend,
            network.Forward,
            network.Parameters,
            sgd,
            rate: 0.05f,
            steps: 150,
            batch: 64
        );
        Assert.True(last < 0.3 * first, $"loss went from {first} to {last}");
        double right = Accuracy(backend, network.Forward, samples: 500);
        Assert.True(right > 0.85, $"{right:P0} are right");
    }

    [Fact]
    public void A_residual_network_learns_to_read_digits()
    {
        var network = new ResNet(
            new ResNetConfig
            {
                Depth = 18,
                Width = 8,
                Classes = 10,
                Channels = 1,
            }
        );
        network.Initialize(seed: 1);
        using var backend = new CpuBackend(2);
        var sgd = new Sgd(network.Parameters, new Sgd.Options());
        var (first, last) = Train(
            backend,
            network.Forward,
            network.Parameters,
            sgd,
            rate: 0.05f,
            steps: 120,
            batch: 32
        );
        Assert.True(last < 0.3 * first, $"loss went from {first} to {last}");
        double right = Accuracy(backend, network.Forward, samples: 500); // by running statistics
        Assert.True(right > 0.85, $"{right:P0} are right");
    }

    [Fact]
    public void A_batch_in_parts_has_the_gradients_of_the_whole_bit_for_bit()
    {
        using var backend = new CpuBackend(2);
        using var pool = new TensorPool();
        float[] images = new float[24 * Pixels];
        int[] labels = new int[24];
        RenderedDigits.Draw(seed: 3, start: 0, images, labels);
        float[][] Gradients(params int[] cuts)
        {
            var network = new DigitMlp();
            network.Initialize(seed: 1);
            for (int i = 0; i + 1 < cuts.Length; i++)
            {
                var (start, end) = (cuts[i], cuts[i + 1]);
                using var tape = new Tape(backend, pool);
                var part = images.AsSpan(start * Pixels, (end - start) * Pixels);
                Differentiate(tape, network.Forward, part, labels.AsMemory(start, end - start), 1f / 24);
            }
            return [.. network.Parameters.Select(parameter => parameter.Gradients.ToArray())];
        }
        Assert.Equal(Gradients(0, 24), Gradients(0, 1, 9, 24));
    }

    [Fact]
    public void Images_of_digits_depend_on_seed_and_index_alone()
    {
        float[] all = new float[5 * Pixels];
        int[] labels = new int[5];
        RenderedDigits.Draw(seed: 1, start: 10, all, labels);
        float[] one = new float[Pixels];
        int[] label = new int[1];
        RenderedDigits.Draw(seed: 1, start: 13, one, label);
        Assert.Equal(all[(3 * Pixels)..(4 * Pixels)], one);
        Assert.Equal(labels[3], label[0]);
        RenderedDigits.Draw(seed: 2, start: 13, one, label);
        Assert.NotEqual(all[(3 * Pixels)..(4 * Pixels)], one);
        Assert.Throws<ArgumentException>(() => RenderedDigits.Draw(seed: 1, start: 0, all, label));
    }

    /// <summary>The loss of the first and of the last steps.</summary>
    private static (double First, double Last) Train(
        CpuBackend backend,
        Network network,
        IReadOnlyList<Parameter> parameters,
        Sgd optimizer,
        float rate,
        int steps,
        int batch
    )
    {
        using var pool = new TensorPool();
        float[] images = new float[batch * Pixels];
        int[] labels = new int[batch];
        var losses = new List<double>();
        for (int step = 0; step < steps; step++)
        {
            RenderedDigits.Draw(seed: 1, (long)step * batch, images, labels);
            using var tape = new Tape(backend, pool);
            losses.Add(Differentiate(tape, network, images, labels, 1f / batch));
            optimizer.Step(rate, step + 1);
            foreach (var parameter in parameters)
                parameter.ClearGradient();
        }
        return (losses.Take(3).Average(), losses.TakeLast(10).Average());
    }

    /// <summary>The loss, times the weight of a sample.</summary>
    private static double Differentiate(
        Tape tape,
        Network network,
        ReadOnlySpan<float> images,
        ReadOnlyMemory<int> labels,
        float weight
    )
    {
        int size = RenderedDigits.Size;
        var logits = network(tape, tape.Input(images, [labels.Length, size, size, 1]));
        var scores = tape.Score(logits, labels).LogProbabilities;
        double loss = 0;
        foreach (float score in scores.Values)
            loss -= score * weight;
        float[] gradient = new float[labels.Length];
        Array.Fill(gradient, -weight);
        tape.Seed(scores, gradient);
        tape.Backward();
        return loss;
    }

    private static double Accuracy(CpuBackend backend, Network network, int samples)
    {
        float[] images = new float[samples * Pixels];
        int[] labels = new int[samples];
        RenderedDigits.Draw(seed: 99, 0, images, labels);
        using var pool = new TensorPool();
        using var tape = new Tape(backend, pool) { IsRecording = false };
        int size = RenderedDigits.Size;
        float[] logits = [.. network(tape, tape.Input(images, [samples, size, size, 1])).Values];
        return labels
                .Where(
                    (label, i) => Array.IndexOf(logits, logits[(i * 10)..(i * 10 + 10)].Max(), i * 10) == i * 10 + label
                )
                .Count() / (double)samples;
    }
}
