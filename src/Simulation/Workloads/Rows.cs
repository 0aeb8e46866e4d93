// Owns the rows read so far and the checks that every format shares.
using System.Globalization;
using System.Text.Json;

namespace Tern.Simulation.Workloads;

/// <summary>Collects a trace's rows; errors name the line that is being read.</summary>
internal sealed class Rows(string file, int firstLine)
{
    private readonly List<TraceRequest> _rows = [];

    public TraceFormatException Bad(string field, string problem) => new(file, firstLine + _rows.Count, field, problem);

    public int Tokens(string field, string text)
    {
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            && tokens is >= 1 and <= TraceReader.MaxTokens
        )
            return tokens;
        throw Bad(field, $"'{TraceReader.Shown(text)}' must be a whole number from 1 to {TraceReader.MaxTokens}");
    }

    public JsonElement Property(JsonElement row, string field)
    {
        if (row.ValueKind != JsonValueKind.Object)
            throw Bad("", $"a row must be an object, not {row.ValueKind}");
        return row.TryGetProperty(field, out var value) ? value : throw Bad(field, "the field is missing");
    }

    public double Number(JsonElement row, string field)
    {
        var value = Property(row, field);
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && double.IsFinite(number)
            && number >= 0
        )
            return number;
        throw Bad(field, $"'{TraceReader.Shown(value.GetRawText())}' must be a number of ms, not negative");
    }

    public IReadOnlyList<long> PrefixIds(JsonElement row, int promptTokens)
    {
        var value = Property(row, "hash_ids");
        if (value.ValueKind != JsonValueKind.Array)
            throw Bad("hash_ids", $"it must be an array, not {value.ValueKind}");
        var needed = (promptTokens + TraceRequest.PrefixBlock - 1) / TraceRequest.PrefixBlock;
        if (value.GetArrayLength() != needed)
            throw Bad(
                "hash_ids",
                $"it has {value.GetArrayLength()} ids; {promptTokens} tokens need {needed}, one for each {TraceRequest.PrefixBlock}"
            );
        var ids = new long[needed];
        var count = 0;
        foreach (var id in value.EnumerateArray())
        {
            if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out ids[count++]))
                throw Bad("hash_ids", $"'{TraceReader.Shown(id.GetRawText())}' must be a whole number");
        }
        return ids;
    }

    public void Add(
        double arrivalMs,
        string timeField,
        int promptTokens,
        int outputTokens,
        IReadOnlyList<long> prefixIds
    )
    {
        var previous = _rows.Count > 0 ? _rows[^1].ArrivalMs : 0;
        if (arrivalMs < previous)
            throw Bad(timeField, $"time goes back by {previous - arrivalMs} ms; rows must be in order of time");
        _rows.Add(
            new TraceRequest
            {
                Row = _rows.Count + 1,
                ArrivalMs = arrivalMs,
                PromptTokens = promptTokens,
                OutputTokens = outputTokens,
                PrefixIds = prefixIds,
            }
        );
    }

    public IReadOnlyList<TraceRequest> All() =>
        _rows.Count > 0 ? _rows : throw new TraceFormatException(file, 0, "", "the trace has no request");
}
