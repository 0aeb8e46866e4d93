// Owns the operations that pick rows.
namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>Some rows of x: output[i, :] = x[rows[i], :].</summary>
    /// <param name="x"><c>[rows, width]</c>.</param>
    /// <param name="rows">Row numbers; must not change until the backward pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Variable SelectRows(Variable x, ReadOnlyMemory<int> rows)
    {
        ArgumentNullException.ThrowIfNull(x);
        int width = x.Columns;
        var output = Output([rows.Length, width], x.NeedsGradient);
        var numbers = rows.Span;
        for (int i = 0; i < numbers.Length; i++)
            x.Values.Slice(checked(numbers[i] * width), width).CopyTo(output.Values[(i * width)..]);
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(x.Shape);
                change.Values.Clear();
                Backend.ScatterAdd(output.Gradient, rows.Span, change.Values, width);
                x.Accumulate(change);
            }
        );
    }
}
