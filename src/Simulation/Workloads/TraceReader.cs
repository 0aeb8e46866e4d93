// Owns reading request traces: whole, checked and then streamed, or streamed.
namespace Tern.Simulation.Workloads;

/// <summary>
/// Reads traces: <c>.csv</c> with a header and <c>.jsonl</c> with one object a line. Columns or keys, in any order and case:
/// <c>arrival_ms</c>, <c>arrival_s</c> or <c>timestamp</c> (ms; in a CSV also a date like <c>2023-11-16 18:15:46.6805900</c>);
/// <c>prompt_tokens</c>, <c>input_length</c> or <c>ContextTokens</c>; <c>output_tokens</c>, <c>output_length</c> or <c>GeneratedTokens</c>;
/// optionally <c>model</c>, and in JSON <c>hash_ids</c>. That covers Azure's and Mooncake's public traces. Others are not read.
/// Times are kept to 100 ns and count from the first row. A bad row is an error that names file, line, field and value.
/// </summary>
public static class TraceReader
{
    /// <summary>Longest prompt or answer a row may claim, in tokens.</summary>
    public const int MaxTokens = 1 << 24;

    /// <summary>Reads a file into memory.</summary>
    /// <exception cref="TraceFormatException">The file is neither, has no row, or has a bad one.</exception>
    public static IReadOnlyList<TraceRequest> Read(string path) => [.. Stream(path)];

    /// <summary>Checks a file from beginning to end, then streams it: a run begins only with a good trace, and holds none of it.</summary>
    /// <exception cref="TraceFormatException">The file is neither, has no row, or has a bad one.</exception>
    public static IEnumerable<TraceRequest> Open(string path)
    {
        var rows = Stream(path);
        foreach (var _ in rows)
        {
            // Reading a row is checking it.
        }
        return rows;
    }

    /// <summary>Streams a file without looking ahead: a bad row is an error when it is reached.</summary>
    /// <exception cref="TraceFormatException">The file is neither; while reading: it has no row, or a bad one.</exception>
    public static IEnumerable<TraceRequest> Stream(string path)
    {
        Func<TextReader, string, IEnumerable<TraceRequest>> read = Path.GetExtension(path) switch
        {
            ".csv" => CsvTrace.Read,
            ".jsonl" => JsonLinesTrace.Read,
            var other => throw new TraceFormatException(
                path,
                0,
                "",
                $"the extension '{other}' is unknown; valid are .csv and .jsonl"
            ),
        };
        return Lines();

        IEnumerable<TraceRequest> Lines()
        {
            using var reader = new StreamReader(path);
            foreach (var row in read(reader, path))
                yield return row;
        }
    }

    /// <summary>Reads comma-separated values into memory.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name in errors.</param>
    /// <exception cref="TraceFormatException">There is no row or a bad one.</exception>
    public static IReadOnlyList<TraceRequest> ReadCsv(TextReader reader, string file) =>
        [.. CsvTrace.Read(reader, file)];

    /// <summary>Reads JSON lines into memory.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name in errors.</param>
    /// <exception cref="TraceFormatException">There is no row or a bad one.</exception>
    public static IReadOnlyList<TraceRequest> ReadJsonLines(TextReader reader, string file) =>
        [.. JsonLinesTrace.Read(reader, file)];

    internal static string Shown(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
