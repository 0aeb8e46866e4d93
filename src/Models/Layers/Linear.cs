// Owns the linear layer.
using Tern.Tensors;

namespace Tern.Models.Layers;

/// <summary>y = W·x + b.</summary>
/// <param name="weight"><c>[outputs, inputs]</c>.</param>
/// <param name="bias"><c>[outputs]</c>, or null.</param>
internal sealed class Linear(Tensor weight, float[]? bias)
{
    public int Inputs { get; } = checked((int)weight.Columns);

    public int Outputs { get; } = checked((int)weight.Rows);

    /// <summary>Outputs <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/>: one part of a fused layer.</summary>
    public Linear Part(long start, long count) =>
        new(
            weight.RowRange($"{weight.Name}[{start}+{count}]", start, count),
            bias?.AsSpan((int)start, (int)count).ToArray()
        );

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
