// Owns how a result table looks on a terminal.
using Tern.Simulation.Reports;

namespace Tern.Cli.Terminal;

/// <summary>Prints blocks of a result table, each with the notes that explain its columns.</summary>
internal static class ResultBlocks
{
    private const int MostColumns = 120;
    private const int FewestColumns = 60;

    /// <summary>Writes all blocks.</summary>
    public static void Write(TextWriter writer, ResultTable table)
    {
        foreach (var block in table.Blocks(Width()))
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

    /// <summary>As wide as the terminal, within reason; what is not for a terminal does not depend on one.</summary>
    private static int Width() =>
        Console.IsOutputRedirected ? MostColumns : Math.Clamp(Console.WindowWidth - 1, FewestColumns, MostColumns);
}
