// Owns reproduced figures as JSON.
using System.Text.Json;

namespace Tern.Simulation.Reproductions;

/// <summary>Writes rows for other programs.</summary>
public static class ReproductionJson
{
    /// <summary>Writes one array with an object for each row; null for what there is not, or is not finite.</summary>
    public static void Write(Stream stream, IEnumerable<(string Set, ReproductionRow Row)> rows)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartArray();
        foreach (var (set, row) in rows)
        {
            json.WriteStartObject();
            json.WriteString("publication", set);
            json.WriteString("experiment", row.Experiment);
            json.WriteString("quantity", row.Quantity);
            json.WriteString("published", row.Published);
            Number("measured", row.Measured);
            Number("deviation", row.Deviation);
            Number("lowest", row.Lowest);
            Number("highest", row.Highest);
            json.WriteBoolean("met", row.IsMet);
            json.WriteString("inputs", row.Inputs);
            json.WriteString("remark", row.Remark);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        void Number(string key, double? value)
        {
            if (value is { } number && double.IsFinite(number))
                json.WriteNumber(key, number);
            else
                json.WriteNull(key);
        }
    }
}
