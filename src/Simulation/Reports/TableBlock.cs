// Owns a part of a result table, ready to print.
namespace Tern.Simulation.Reports;

/// <summary>
/// A table as text: the first column is to be left aligned, all others right aligned. <see cref="Groups"/>, <see cref="Headers"/> and
/// every row have as many cells as there are columns.
/// </summary>
public sealed record TableBlock
{
    /// <summary>Lines that say what the columns mean.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>First header row: the name of a group of columns at its first column, else empty.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Second header row.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    /// <summary>One row for each system.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }
}
