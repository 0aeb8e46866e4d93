// Owns how a result table looks on a terminal.
using Tern.Simulation.Reports;

namespace Tern.Cli.Terminal;

/// <summary>Prints blocks of a result table, each with the notes that explain its columns.</summary>
internal static class ResultBlocks
{
    /// <summary>Writes all blocks.</summary>
    public static void Write(TextWriter writer, ResultTable table)
    {
        foreach (var block in table.Blocks())
        {
            var text = new TextTable([.. block.Headers.Select((_, column) => column > 0)]);
            text.Add([.. block.Groups]);
            text.Add([.. block.Headers]);
            foreach (var row in block.Rows)
                text.Add([.. row]);
            writer.WriteLine();
            text.Write(writer);
            foreach (string note in block.Notes)
                writer.WriteLine($"  {note}");
        }
    }
}
