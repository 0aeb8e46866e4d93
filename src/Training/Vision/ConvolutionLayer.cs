// Owns a convolution that a batch normalization follows.
using Tern.Kernels;
using Tern.Training.Autograd;

namespace Tern.Training.Vision;

internal sealed class ConvolutionLayer
{
    private readonly Window _window;

    /// <param name="name">Of the filters in model files.</param>
    /// <param name="normName">Of the normalization in model files.</param>
    /// <param name="inputs">Channels.</param>
    /// <param name="outputs">Filters.</param>
    /// <param name="taps">Taps a side, an odd number; the padding keeps the size at stride 1.</param>
    /// <param name="stride">Pixels from a place to the next.</param>
    public ConvolutionLayer(string name, string normName, int inputs, int outputs, int taps, int stride)
    {
        _window = Window.Square(taps, stride, padding: taps / 2);
        Filters = new Parameter($"{name}.weight", outputs, taps, taps, inputs);
        Norm = new BatchNormLayer(normName, outputs);
    }

    public Parameter Filters { get; }

    public BatchNormLayer Norm { get; }

    public IEnumerable<Parameter> Parameters => [Filters, Norm.Weight, Norm.Bias];

    public Variable Forward(Tape tape, Variable x) => Norm.Forward(tape, tape.Convolve(x, Filters, _window));
}
