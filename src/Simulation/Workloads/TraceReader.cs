// Owns reading request traces: the CSV of Azure's public data set and the JSON lines of Mooncake's.
using System.Globalization;
using System.Text.Json;

namespace Tern.Simulation.Workloads;

/// <summary>Reads a trace whole; a bad row is an error that names file, line, field and value.</summary>
public static class TraceReader
{
    /// <summary>Longest prompt or answer a row may claim, in tokens.</summary>
    public const int MaxTokens = 1 << 24;

    private const string CsvHeader = "TIMESTAMP,ContextTokens,GeneratedTokens";

    /// <summary>Reads a <c>.csv</c> (Azure) or <c>.jsonl</c> (Mooncake) file. Times count from its first row.</summary>
    /// <exception cref="TraceFormatException">The file is neither, has no row, or has a bad one.</exception>
    public static IReadOnlyList<TraceRequest> Read(string path)
    {
        using var reader = new StreamReader(path);
        return Path.GetExtension(path) switch
        {
            ".csv" => ReadCsv(reader, path),
            ".jsonl" => ReadJsonLines(reader, path),
            var other => throw new TraceFormatException(
                path,
                0,
                "",
                $"the extension '{other}' is unknown; valid are .csv and .jsonl"
            ),
        };
    }

    /// <summary>Reads <c>TIMESTAMP,ContextTokens,GeneratedTokens</c>, timestamps as <c>2023-11-16 18:15:46.6805900</c>.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name in errors.</param>
    /// <exception cref="TraceFormatException">There is no row or a bad one.</exception>
    public static IReadOnlyList<TraceRequest> ReadCsv(TextReader reader, string file)
    {
        var header = reader.ReadLine();
        if (header != CsvHeader)
            throw new TraceFormatException(
                file,
                1,
                "",
                $"the header is '{Shown(header ?? "")}'; it must be '{CsvHeader}'"
            );
        var rows = new Rows(file, firstLine: 2);
        DateTime? start = null;
        while (reader.ReadLine() is { } text)
        {
            if (text.Split(',') is not [var timestamp, var context, var generated])
                throw rows.Bad("", $"'{Shown(text)}' must have 3 fields");
            if (
                !DateTime.TryParseExact(
                    timestamp,
                    "yyyy-MM-dd HH:mm:ss.FFFFFFF",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var time
                )
            )
                throw rows.Bad("TIMESTAMP", $"'{Shown(timestamp)}' must be like 2023-11-16 18:15:46.6805900");
            start ??= time;
            rows.Add(
                (time - start.Value).TotalMilliseconds,
                "TIMESTAMP",
                rows.Tokens("ContextTokens", context),
                rows.Tokens("GeneratedTokens", generated),
                []
            );
        }
        return rows.All();
    }

    /// <summary>Reads objects with <c>timestamp</c> (ms), <c>input_length</c>, <c>output_length</c>, <c>hash_ids</c>, one a line.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name in errors.</param>
    /// <exception cref="TraceFormatException">There is no row or a bad one.</exception>
    public static IReadOnlyList<TraceRequest> ReadJsonLines(TextReader reader, string file)
    {
        var rows = new Rows(file, firstLine: 1);
        double? start = null;
        while (reader.ReadLine() is { } text)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                var time = rows.Number(json.RootElement, "timestamp");
                start ??= time;
                var input = rows.Tokens("input_length", rows.Property(json.RootElement, "input_length").GetRawText());
                var output = rows.Tokens(
                    "output_length",
                    rows.Property(json.RootElement, "output_length").GetRawText()
                );
                rows.Add(time - start.Value, "timestamp", input, output, rows.PrefixIds(json.RootElement, input));
            }
            catch (JsonException problem)
            {
                throw rows.Bad("", $"'{Shown(text)}' is not JSON: {problem.Message}");
            }
        }
        return rows.All();
    }

    internal static string Shown(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
