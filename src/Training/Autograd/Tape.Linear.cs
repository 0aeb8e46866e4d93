// Owns the operations that parameters take part in: embedding, linear layers, norms.
using Tern.Kernels;

namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>Rows of a table: output[r, :] = table[ids[r], :].</summary>
    /// <param name="table"><c>[vocabulary, width]</c>.</param>
    /// <param name="ids"><c>[rows]</c>; must not change until the backward pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the table.</exception>
    public Variable Embed(Parameter table, ReadOnlyMemory<int> ids)
    {
        ArgumentNullException.ThrowIfNull(table);
        int width = checked((int)table.Value.Columns);
        var output = Output([ids.Length, width], needsGradient: true);
        Backend.Gather(table.Value, ids.Span, output.Values);
        return Record(output, () => Backend.ScatterAdd(output.Gradient, ids.Span, table.Gradients, width));
    }

    /// <summary>output = x · weightᵀ.</summary>
    /// <param name="x"><c>[rows, in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    public Variable Linear(Variable x, Parameter weight)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        int inputs = checked((int)weight.Value.Columns);
        int outputs = checked((int)weight.Value.Rows);
        var output = Output([x.Rows, outputs], needsGradient: true);
        Product(
            MatrixView.Of(x.Values, x.Columns),
            MatrixView.Of(weight.Values, inputs).Transposed,
            output.Values,
            accumulate: false
        );
        return Record(
            output,
            () =>
            {
                var gradient = MatrixView.Of(output.Gradient, outputs);
                Product(gradient.Transposed, MatrixView.Of(x.Values, inputs), weight.Gradients, accumulate: true);
                if (!x.NeedsGradient)
                    return;
                var change = Pool.Rent(x.Shape);
                Product(gradient, MatrixView.Of(weight.Values, inputs), change.Values, accumulate: false);
                x.Accumulate(change);
            }
        );
    }

    /// <summary>x + bias in every row. Takes x's memory over: x cannot be read any more.</summary>
    /// <param name="x"><c>[rows, width]</c>, the output of an operation that does not look at it again, as a linear layer.</param>
    /// <param name="bias"><c>[width]</c>.</param>
    public Variable AddBias(Variable x, Parameter bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(bias);
        var output = new Variable(this, x.Shape, x.TakeValue(), IsRecording);
        Backend.AddBias(output.Values, bias.Values);
        return Record(
            output,
            () =>
            {
                Backend.AddColumnSums(output.Gradient, bias.Gradients);
                x.Accumulate(output.TakeGradient());
            }
        );
    }

    /// <summary>Root-mean-square norm over groups of as many elements as the weight has.</summary>
    /// <param name="x"><c>[rows, width]</c>, or rows of several heads of the weight's length.</param>
    /// <param name="weight">Factors.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public Variable RmsNorm(Variable x, Parameter weight, float epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        var output = Output(x.Shape, needsGradient: true);
        Backend.RmsNorm(x.Values, weight.Values, epsilon, output.Values);
        return Record(
            output,
            () =>
            {
                var change = output.TakeOwnGradient();
                Backend.RmsNormBackward(
                    x.Values,
                    weight.Values,
                    epsilon,
                    change.Values,
                    change.Values,
                    weight.Gradients
                );
                x.Accumulate(change);
            }
        );
    }
}
