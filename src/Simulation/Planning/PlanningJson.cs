// Owns how planning files are read and written: strict JSON, snake case, one line a field.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tern.Simulation.Planning;

/// <summary>Reads and writes the JSON of cluster descriptions and plan files.</summary>
internal static class PlanningJson
{
    /// <summary>Reads one value.</summary>
    /// <param name="json">The text.</param>
    /// <param name="type">Its type, of <see cref="PlanningJsonContext"/>.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">It is not such JSON.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new PlanningFormatException(file, "", "found null, expected an object");
        }
        catch (JsonException bad)
        {
            var field = bad.Path is null or "$" ? "" : bad.Path.Replace("$.", "", StringComparison.Ordinal);
            throw new PlanningFormatException(file, field, bad.Message, bad);
        }
    }
}
