// Owns the choice of a network.
using Tern.Training.Autograd;
using Tern.Training.Vision;

namespace Tern.Examples.Images;

/// <param name="Parameters">What is trained.</param>
/// <param name="Forward">From images [samples, 28, 28, 1] to logits [samples, 10].</param>
internal sealed record Network(IReadOnlyList<Parameter> Parameters, Func<Tape, Variable, Variable> Forward)
{
    public static Network Create(string kind)
    {
        if (kind == "mlp")
        {
            var mlp = new DigitMlp();
            mlp.Initialize(seed: 1);
            return new Network(mlp.Parameters, mlp.Forward);
        }
        if (
            !kind.StartsWith("resnet", StringComparison.Ordinal)
            || !int.TryParse(kind["resnet".Length..], out int depth)
        )
            throw new ArgumentException($"'{kind}' is no network: mlp, resnet18, resnet34, resnet50");
        var resnet = new ResNet(
            new ResNetConfig
            {
                Depth = depth,
                Width = 16,
                Classes = 10,
                Channels = 1,
                SmallImages = true,
            }
        );
        resnet.Initialize(seed: 1);
        return new Network(resnet.Parameters, resnet.Forward);
    }
}
