// Owns the operations element by element: sums, gates, activations, weighted sums.
using Tern.Kernels;

namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>x + y, two tensors of one shape.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Variable Add(Variable x, Variable y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var output = Output(x.Shape, x.NeedsGradient || y.NeedsGradient);
        x.Values.CopyTo(output.Values);
        Backend.Add(output.Values, y.Values);
        return Record(
            output,
            () =>
            {
                if (y.NeedsGradient)
                {
                    var copy = Pool.Rent(y.Shape);
                    output.Gradient.CopyTo(copy.Values);
                    y.Accumulate(copy);
                }
                x.Accumulate(output.TakeGradient());
            }
        );
    }

    /// <summary>activation(gate) · up (GLU variants, arXiv 2002.05202).</summary>
    public Variable Gate(Variable gate, Variable up, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(up);
        var output = Output(gate.Shape, gate.NeedsGradient || up.NeedsGradient);
        gate.Values.CopyTo(output.Values);
        Backend.Gate(output.Values, up.Values, activation);
        return Record(
            output,
            () =>
            {
                var gateChange = output.TakeGradient();
                var upChange = Pool.Rent(up.Shape);
                Backend.GateBackward(
                    gate.Values,
                    up.Values,
                    gateChange.Values,
                    gateChange.Values,
                    upChange.Values,
                    activation
                );
                gate.Accumulate(gateChange);
                up.Accumulate(upChange);
            }
        );
    }

    /// <summary>activation(x).</summary>
    public Variable Activate(Variable x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        var output = Output(x.Shape, x.NeedsGradient);
        x.Values.CopyTo(output.Values);
        Backend.Activate(output.Values, activation);
        return Record(
            output,
            () =>
            {
                var change = output.TakeGradient();
                Backend.ActivateBackward(x.Values, change.Values, activation);
                x.Accumulate(change);
            }
        );
    }
}
