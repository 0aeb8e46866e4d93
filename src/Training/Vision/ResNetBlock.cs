// Owns one residual block (He et al., arXiv 1512.03385, figure 5): two layers, or three around a bottleneck.
using Tern.Kernels;
using Tern.Training.Autograd;

namespace Tern.Training.Vision;

/// <summary>relu(layers(x) + shortcut(x)).</summary>
internal sealed class ResNetBlock
{
    /// <summary>What a block of three layers writes for each channel of its bottleneck.</summary>
    public const int Expansion = 4;

    private readonly ConvolutionLayer[] _layers;
    private readonly ConvolutionLayer? _shortcut;

    /// <param name="name">In model files.</param>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="width">Channels within.</param>
    /// <param name="stride">Of the layer of 3 x 3 taps that shrinks the image.</param>
    /// <param name="bottleneck">Whether it has three layers.</param>
    public ResNetBlock(string name, int inputs, int width, int stride, bool bottleneck)
    {
        int outputs = bottleneck ? Expansion * width : width;
        _layers = bottleneck
            ? [Layer(1, inputs, width, 1, 1), Layer(2, width, width, 3, stride), Layer(3, width, outputs, 1, 1)]
            : [Layer(1, inputs, width, 3, stride), Layer(2, width, width, 3, 1)];
        if (stride != 1 || inputs != outputs)
            _shortcut = new ConvolutionLayer(
                $"{name}.downsample.0",
                $"{name}.downsample.1",
                inputs,
                outputs,
                taps: 1,
                stride
            );

        ConvolutionLayer Layer(int number, int from, int to, int taps, int stride) =>
            new($"{name}.conv{number}", $"{name}.bn{number}", from, to, taps, stride);
    }

    public IEnumerable<ConvolutionLayer> Layers => _shortcut is null ? _layers : [.. _layers, _shortcut];

    public Variable Forward(Tape tape, Variable x)
    {
        var y = x;
        for (int i = 0; i < _layers.Length; i++)
        {
            y = _layers[i].Forward(tape, y);
            if (i + 1 < _layers.Length)
                y = tape.Activate(y, Activation.Relu);
        }
        return tape.Activate(tape.Add(y, _shortcut?.Forward(tape, x) ?? x), Activation.Relu);
    }
}
