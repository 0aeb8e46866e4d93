// Owns a residual network that is trained: its parameters and its forward pass on a tape.
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Language;

namespace Tern.Training.Vision;

/// <summary>
/// A residual network (He et al., arXiv 1512.03385) under the parameter names of common model files. Filters are
/// <c>[filters, height, width, channels]</c>; in blocks of three layers the middle one shrinks the image.
/// </summary>
public sealed class ResNet
{
    private readonly ResNetConfig _config;
    private readonly ConvolutionLayer _stem;
    private readonly List<ResNetBlock> _blocks = [];
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>A network of zeros.</summary>
    /// <exception cref="ArgumentException">There is no network of this depth.</exception>
    public ResNet(ResNetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _stem = config.SmallImages
            ? new ConvolutionLayer("conv1", "bn1", config.Channels, config.Width, taps: 3, stride: 1)
            : new ConvolutionLayer("conv1", "bn1", config.Channels, config.Width, taps: 7, stride: 2);
        int channels = config.Width;
        int[] stages = config.Blocks;
        for (int stage = 0; stage < stages.Length; stage++)
        for (int i = 0; i < stages[stage]; i++)
        {
            int width = config.Width << stage;
            int stride = stage > 0 && i == 0 ? 2 : 1;
            _blocks.Add(new ResNetBlock($"layer{stage + 1}.{i}", channels, width, stride, config.Bottleneck));
            channels = config.Bottleneck ? ResNetBlock.Expansion * width : width;
        }
        _weight = new Parameter("fc.weight", config.Classes, channels);
        _bias = new Parameter("fc.bias", config.Classes);
        Parameters = [.. Layers.SelectMany(layer => layer.Parameters), _weight, _bias];
        Statistics = [.. Layers.SelectMany(layer => new[] { layer.Norm.Running.Means, layer.Norm.Running.Variances })];
    }

    /// <summary>All that is trained, from the images to the classes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Running means and variances, which belong to a model file as parameters do.</summary>
    public IReadOnlyList<Tensor> Statistics { get; }

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.Elements);

    private IEnumerable<ConvolutionLayer> Layers => [_stem, .. _blocks.SelectMany(block => block.Layers)];

    /// <summary>The logits of the classes, <c>[samples, classes]</c>.</summary>
    /// <param name="tape">Runs the operations. One that records trains: normalization is by the batch; else by what was gathered.</param>
    /// <param name="images"><c>[samples, height, width, channels]</c>.</param>
    /// <exception cref="ArgumentException">The images are too small or have other channels.</exception>
    public Variable Forward(Tape tape, Variable images)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var x = tape.Activate(_stem.Forward(tape, images), Activation.Relu);
        if (!_config.SmallImages)
            x = tape.MaxPool(x, Window.Square(3, stride: 2, padding: 1));
        foreach (var block in _blocks)
            x = block.Forward(tape, x);
        return tape.AddBias(tape.Linear(tape.GlobalAveragePool(x), _weight), _bias);
    }

    /// <summary>
    /// Draws filters from normal distributions of variance 2 / (taps · filters) (He et al., arXiv 1502.01852) and the
    /// classifier of variance 1 / channels, and sets norms to 1 and biases to 0.
    /// </summary>
    public void Initialize(ulong seed)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            var parameter = Parameters[i];
            var shape = parameter.Value.Shape;
            if (shape.Length == 1)
            {
                parameter.Values.Fill(parameter.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }
            double variance = shape.Length == 4 ? 2.0 / (shape[0] * shape[1] * shape[2]) : 1.0 / shape[1];
            InitialNoise.Fill(parameter.Values, (float)Math.Sqrt(variance), seed, stream: (ulong)i);
        }
    }
}
