// Owns traces as comma-separated values: Azure's public data set and a user's own columns.
using System.Globalization;

namespace Tern.Simulation.Workloads;

/// <summary>Reads rows under a header; fields are separated by commas, quotes mean nothing.</summary>
internal sealed class CsvTrace
{
    private const string Date = "a date (2023-11-16 18:15:46.6805900)";

    private readonly TraceRows _rows;
    private readonly string[] _names;
    private readonly int _time;
    private readonly int _prompt;
    private readonly int _output;
    private readonly int _model;
    private readonly bool _maybeDate;
    private bool? _dates;

    private CsvTrace(string header, string file)
    {
        _names = header.Split(',', StringSplitOptions.TrimEntries);
        _time = TraceFields.Find(_names, TraceFields.Time, optional: false, Bad);
        _prompt = TraceFields.Find(_names, TraceFields.Prompt, optional: false, Bad);
        _output = TraceFields.Find(_names, TraceFields.Output, optional: false, Bad);
        _model = TraceFields.Find(_names, TraceFields.Model, optional: true, Bad);
        _maybeDate = _names[_time].Equals("timestamp", StringComparison.OrdinalIgnoreCase);
        _rows = new TraceRows(file, firstLine: 2);

        TraceFormatException Bad(string field, string problem) =>
            new(file, 1, field, $"{problem}; the header is '{TraceReader.Shown(header)}'");
    }

    public static IEnumerable<TraceRequest> Read(TextReader reader, string file)
    {
        var trace = new CsvTrace(reader.ReadLine() ?? "", file);
        while (reader.ReadLine() is { } line)
            yield return trace.Row(line);
        trace._rows.RefuseEmpty();
    }

    private TraceRequest Row(string line)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        if (fields.Length != _names.Length)
            throw _rows.Bad(
                "",
                $"'{TraceReader.Shown(line)}' must have {_names.Length} fields like the header, not {fields.Length}"
            );
        var ticks = Ticks(fields[_time]);
        return _rows.Next(
            _names[_time],
            ticks,
            _rows.Tokens(_names[_prompt], fields[_prompt]),
            _rows.Tokens(_names[_output], fields[_output]),
            _model >= 0 ? ModelName(fields[_model]) : "",
            []
        );
    }

    /// <summary>The first row decides whether times are dates or numbers.</summary>
    private long Ticks(string text)
    {
        var time = default(DateTime);
        var isDate =
            _maybeDate
            && DateTime.TryParseExact(
                text,
                "yyyy-MM-dd HH:mm:ss.FFFFFFF",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out time
            );
        _dates ??= isDate;
        if (isDate != _dates)
            throw _rows.Bad(
                _names[_time],
                $"'{TraceReader.Shown(text)}' must be {(isDate ? "a number of ms" : Date)} like the first row's"
            );
        return isDate ? time.Ticks : _rows.Ticks(_names[_time], text, _maybeDate ? $", or {Date}" : "");
    }

    private string ModelName(string text) =>
        text.Length > 0 && !text.Contains('"', StringComparison.Ordinal)
            ? text
            : throw _rows.Bad(_names[_model], $"'{TraceReader.Shown(text)}' must be a name, without quotes");
}
