// Owns the checks that every trace format shares, and how rows become requests.
using System.Globalization;

namespace Tern.Simulation.Workloads;

/// <summary>Where in a trace the reader is; errors name the line that is being read. Holds no rows.</summary>
internal sealed class TraceRows(string file, int firstLine)
{
    // 10¹³ ms is the year 2286 for who counts from 1970.
    private const double MaxMs = 1e13;

    private int _count;
    private long _start;
    private long _previous;

    public TraceFormatException Bad(string field, string problem) => new(file, firstLine + _count, field, problem);

    public int Tokens(string field, string text)
    {
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            && tokens is >= 1 and <= TraceReader.MaxTokens
        )
            return tokens;
        throw Bad(field, $"'{TraceReader.Shown(text)}' must be a whole number from 1 to {TraceReader.MaxTokens}");
    }

    /// <summary>A number of ms or s as ticks of 100 ns; the error adds what else would be valid.</summary>
    public long Ticks(string field, string text, string alternative = "")
    {
        var seconds = field.Equals(TraceFields.Time[1], StringComparison.OrdinalIgnoreCase);
        if (
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0
            && (seconds ? number * 1e3 : number) <= MaxMs
        )
            return (long)Math.Round(number * (seconds ? 1e7 : 1e4));
        throw Bad(
            field,
            $"'{TraceReader.Shown(text)}' must be a number of {(seconds ? "s" : "ms")}, not negative, at most 10^13 ms{alternative}"
        );
    }

    /// <summary>Takes a row; its time counts from the first row's.</summary>
    public TraceRequest Next(
        string timeField,
        long ticks,
        int promptTokens,
        int outputTokens,
        string model,
        IReadOnlyList<long> prefixIds
    )
    {
        if (_count == 0)
            _start = ticks;
        else if (ticks < _previous)
            throw Bad(timeField, $"time goes back by {(_previous - ticks) / 1e4} ms; rows must be in order of time");
        _previous = ticks;
        return new TraceRequest
        {
            Row = ++_count,
            ArrivalMs = (ticks - _start) / 1e4,
            PromptTokens = promptTokens,
            OutputTokens = outputTokens,
            Model = model,
            PrefixIds = prefixIds,
        };
    }

    /// <summary>At the end of the file: there must have been a row.</summary>
    public void RefuseEmpty()
    {
        if (_count == 0)
            throw new TraceFormatException(file, 0, "", "the trace has no request; it needs at least one");
    }
}
