// Owns how the suite is told: Markdown, a table of ratios and shares for each shape, then the speeds themselves.
namespace Tern.Peers;

/// <summary>Writes the tables.</summary>
internal static class SuiteTables
{
    private const string NotMeasured = "not measured";

    /// <summary>Columns are types, rows are kinds of work.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="shapes">Names.</param>
    /// <param name="types">Names.</param>
    /// <param name="settings">Which tests, with how many threads.</param>
    /// <param name="results">What was measured.</param>
    public static void Write(
        TextWriter writer,
        IReadOnlyList<string> shapes,
        IReadOnlyList<string> types,
        ComparisonSettings settings,
        ResultsFile results
    )
    {
        Outcome?[] Row(string shape, Workload test) =>
            [.. types.Select(type => results.Find(settings.Processor, settings.Threads, shape, type, test.Title))];
        var all = shapes.SelectMany(shape => settings.Tests.SelectMany(test => Row(shape, test))).OfType<Outcome>();
        Conditions.Write(writer, [.. all]);
        foreach (string shape in shapes)
        {
            writer.WriteLine($"{shape}: Tern / llama.cpp, median of pairs (lowest to highest)");
            writer.WriteLine();
            WriteHeader(writer, types);
            foreach (var test in settings.Tests)
            {
                var row = Row(shape, test);
                WriteRow(writer, test.Title, row.Select(cell => cell is null ? NotMeasured : SpeedTable.Ratio(cell)));
                foreach (string limit in Limits(row))
                    WriteRow(writer, $"… of the {limit}", row.Select(cell => Share(cell, limit)));
            }
            writer.WriteLine();
            writer.WriteLine($"{shape}: tokens/s, medians of Tern and llama.cpp");
            writer.WriteLine();
            WriteHeader(writer, types);
            foreach (var test in settings.Tests)
                WriteRow(writer, test.Title, Row(shape, test).Select(Speeds));
            writer.WriteLine();
        }
    }

    private static IEnumerable<string> Limits(Outcome?[] row) =>
        row.OfType<Outcome>().SelectMany(SpeedTable.Shares).Select(share => share.Limit).Distinct();

    private static string Share(Outcome? cell, string limit) =>
        cell is null
            ? NotMeasured
            : SpeedTable.Shares(cell).SingleOrDefault(share => share.Limit == limit).Shares ?? NotMeasured;

    private static string Speeds(Outcome? cell) =>
        cell switch
        {
            null => NotMeasured,
            { HasPeer: false } => SpeedTable.Median(cell.Speeds.Tern),
            _ => $"{SpeedTable.Median(cell.Speeds.Tern)} and {SpeedTable.Median(cell.Speeds.Peer)}",
        };

    private static void WriteHeader(TextWriter writer, IReadOnlyList<string> types)
    {
        WriteRow(writer, "", types);
        writer.WriteLine($"|---|{string.Concat(types.Select(_ => "--:|"))}");
    }

    private static void WriteRow(TextWriter writer, string title, IEnumerable<string> cells) =>
        writer.WriteLine($"| {title} | {string.Join(" | ", cells)} |");
}
