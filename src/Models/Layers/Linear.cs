// Owns the linear layer.
using Tern.Kernels;

namespace Tern.Models.Layers;

/// <summary>y = W·x + b.</summary>
/// <param name="weight"><c>[outputs, inputs]</c>, prepared for the pass's backend.</param>
/// <param name="bias"><c>[outputs]</c>, or null.</param>
internal sealed class Linear(Weight weight, float[]? bias)
{
    public int Inputs { get; } = weight.Inputs;

    public int Outputs { get; } = weight.Outputs;

    /// <summary>Rows of inputs to rows of outputs in scratch memory.</summary>
    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        var y = pass.Take(x.Length / Inputs, Outputs);
        Forward(pass, x, y);
        return y;
    }

    public void Forward(ForwardPass pass, ReadOnlySpan<float> x, Span<float> y)
    {
        pass.Backend.MatMul(weight, x, y, x.Length / Inputs);
        if (bias is not null)
            pass.Backend.AddBias(y, bias);
    }
}
