// Owns traces as one JSON object a line: Mooncake's public traces and a user's own keys.
using System.Text.Json;

namespace Tern.Simulation.Workloads;

/// <summary>Reads objects with the same keys as a CSV's columns, times as numbers, and optionally <c>hash_ids</c>.</summary>
internal sealed class JsonLinesTrace(string file)
{
    private readonly TraceRows _rows = new(file, firstLine: 1);

    public static IEnumerable<TraceRequest> Read(TextReader reader, string file)
    {
        var trace = new JsonLinesTrace(file);
        while (reader.ReadLine() is { } line)
            yield return trace.Row(line);
        trace._rows.RefuseEmpty();
    }

    private TraceRequest Row(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw _rows.Bad("", $"a row must be an object, not {json.RootElement.ValueKind}");
            JsonProperty[] row = [.. json.RootElement.EnumerateObject()];
            string[] names = [.. row.Select(p => p.Name)];
            var time = row[TraceFields.Find(names, TraceFields.Time, optional: false, _rows.Bad)];
            var ticks = _rows.Ticks(time.Name, time.Value.GetRawText());
            var prompt = Tokens(TraceFields.Prompt);
            var output = Tokens(TraceFields.Output);
            var model = TraceFields.Find(names, TraceFields.Model, optional: true, _rows.Bad);
            var ids = TraceFields.Find(names, TraceFields.PrefixIds, optional: true, _rows.Bad);
            return _rows.Next(
                time.Name,
                ticks,
                prompt,
                output,
                model >= 0 ? ModelName(row[model]) : "",
                ids >= 0 ? PrefixIds(row[ids].Value, prompt) : []
            );

            int Tokens(string[] synonyms)
            {
                var field = row[TraceFields.Find(names, synonyms, optional: false, _rows.Bad)];
                return _rows.Tokens(field.Name, field.Value.GetRawText());
            }
        }
        catch (JsonException problem)
        {
            throw _rows.Bad("", $"'{TraceReader.Shown(line)}' is not JSON: {problem.Message}");
        }
    }

    private string ModelName(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.String && field.Value.GetString() is { Length: > 0 } name
            ? name
            : throw _rows.Bad(field.Name, $"'{TraceReader.Shown(field.Value.GetRawText())}' must be a name in quotes");

    private long[] PrefixIds(JsonElement value, int promptTokens)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw _rows.Bad("hash_ids", $"it must be an array, not {value.ValueKind}");
        var needed = (promptTokens + TraceRequest.PrefixBlock - 1) / TraceRequest.PrefixBlock;
        if (value.GetArrayLength() != needed)
            throw _rows.Bad(
                "hash_ids",
                $"it has {value.GetArrayLength()} ids; {promptTokens} tokens need {needed}, one for each {TraceRequest.PrefixBlock}"
            );
        var ids = new long[needed];
        var count = 0;
        foreach (var id in value.EnumerateArray())
        {
            if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out ids[count++]))
                throw _rows.Bad("hash_ids", $"'{TraceReader.Shown(id.GetRawText())}' must be a whole number");
        }
        return ids;
    }
}
