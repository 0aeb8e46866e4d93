// Owns columns that line up.
namespace Tern.Cli.Terminal;

/// <summary>A table of plain text, two blanks between columns; nothing after the last cell of a row.</summary>
/// <param name="rightAligned">One entry a column.</param>
internal sealed class TextTable(params bool[] rightAligned)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row of as many cells as there are columns.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes all rows.</summary>
    public void Write(TextWriter writer, string indent = "")
    {
        if (_rows.Count == 0)
            return;
        int[] widths = [.. rightAligned.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            var cells = row.Select(
                (cell, column) => rightAligned[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])
            );
            writer.WriteLine((indent + string.Join("  ", cells)).TrimEnd());
        }
    }
}
