// Owns how planning files are read and written: strict JSON, snake case, one line a field.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Simulation.Planning;

/// <summary>The JSON of cluster descriptions and plan files.</summary>
internal static class PlanningJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads one value.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">It is not such JSON.</exception>
    public static T Read<T>(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, _options)
                ?? throw new PlanningFormatException(file, "", "found null, expected an object");
        }
        catch (JsonException bad)
        {
            var at = bad.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw new PlanningFormatException(file, bad.Path is null or "$" ? "" : bad.Path, bad.Message + at, bad);
        }
    }

    /// <summary>The text of one value, ending in a newline.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, _options) + "\n";
}
