// Owns the residual network of the comparison: ResNet-18 on 32 images of 32 pixels.
using Tern.Training.Autograd;
using Tern.Training.Vision;

namespace Tern.Peers.Training;

internal sealed class TernResNet : ITernTrainer
{
    private const int Samples = 32;
    private const int Pixels = 32;
    private readonly ResNet _network = new(
        new ResNetConfig
        {
            Depth = 18,
            Classes = 10,
            SmallImages = true,
        }
    );
    private readonly float[] _images = new float[Samples * Pixels * Pixels * 3];
    private readonly int[] _classes;
    private readonly float[] _seed = new float[Samples];

    public TernResNet()
    {
        _network.Initialize(seed: 1);
        var random = new Random(1);
        foreach (ref float value in _images.AsSpan())
            value = random.NextSingle() * 2 - 1;
        _classes = [.. Enumerable.Range(0, Samples).Select(_ => random.Next(10))];
        Array.Fill(_seed, -1f / Samples);
    }

    public IReadOnlyList<Parameter> Parameters => _network.Parameters;

    public void Differentiate(Tape tape)
    {
        var scores = tape.Score(_network.Forward(tape, tape.Input(_images, [Samples, Pixels, Pixels, 3])), _classes);
        tape.Seed(scores.LogProbabilities, _seed);
        tape.Backward();
    }
}
