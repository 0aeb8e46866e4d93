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
        Backend.Add(x.Values, y.Values, output.Values);
        return Record(
            output,
            () =>
            {
                // Both get the same memory: the first to be added to finds it shared.
                var change = output.TakeGradient();
                y.Accumulate(TensorPool.Share(change));
                x.Accumulate(change);
            }
        );
    }

    /// <summary>activation(gate) · up (GLU variants, arXiv 2002.05202).</summary>
    public Variable Gate(Variable gate, Variable up, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(up);
        var output = Output(gate.Shape, gate.NeedsGradient || up.NeedsGradient);
        Backend.Gate(gate.Values, up.Values, output.Values, activation);
        return Record(
            output,
            () =>
            {
                var gateChange = output.TakeOwnGradient();
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
        Backend.Activate(x.Values, output.Values, activation);
        return Record(
            output,
            () =>
            {
                var change = output.TakeOwnGradient();
                Backend.ActivateBackward(x.Values, change.Values, activation);
                x.Accumulate(change);
            }
        );
    }
}
