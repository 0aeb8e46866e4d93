// Owns the description of a matrix operand that may be transposed.
namespace Tern.Kernels;

/// <summary>A matrix of floats whose element [i, j] lies at i · <see cref="RowStride"/> + j · <see cref="ColumnStride"/>.</summary>
public readonly ref struct MatrixView
{
    private MatrixView(ReadOnlySpan<float> values, int rows, int columns, int rowStride, int columnStride)
    {
        Values = values;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>Where element [0, 0] is first.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Elements from a row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Elements from a column to the next.</summary>
    public int ColumnStride { get; }

    /// <summary>The transposed view of the same elements.</summary>
    public MatrixView Transposed => new(Values, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Some of its rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has not so many.</exception>
    public MatrixView Slice(int firstRow, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows - firstRow);
        return new MatrixView(Values[(firstRow * RowStride)..], rows, Columns, RowStride, ColumnStride);
    }

    /// <summary>A row-major matrix of <paramref name="columns"/> columns.</summary>
    /// <exception cref="ArgumentException">The values are no whole number of rows.</exception>
    public static MatrixView Of(ReadOnlySpan<float> values, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0)
            throw new ArgumentException($"{values.Length} elements are no whole number of rows of {columns}");
        return new MatrixView(values, values.Length / columns, columns, columns, 1);
    }
}
