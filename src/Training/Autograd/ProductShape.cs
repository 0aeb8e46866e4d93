// Owns the note of one matrix product that a tape ran.
using Tern.Kernels;

namespace Tern.Training.Autograd;

/// <summary>The shape of a product, enough to run one that costs the same.</summary>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Inner">Elements that a result sums over.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="TransposesLeft">Whether the left operand lies column after column.</param>
/// <param name="TransposesRight">Whether the right operand lies column after column.</param>
/// <param name="Accumulates">Whether it adds to what is there.</param>
public readonly record struct ProductShape(
    int Rows,
    int Inner,
    int Columns,
    bool TransposesLeft,
    bool TransposesRight,
    bool Accumulates
)
{
    internal static ProductShape Of(in MatrixView left, in MatrixView right, bool accumulates) =>
        new(left.Rows, left.Columns, right.Columns, left.ColumnStride != 1, right.ColumnStride != 1, accumulates);
}
