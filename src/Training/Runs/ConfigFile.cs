// Owns reading and writing the JSON of configurations: every key must be known, every default can be shown.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tern.Training.Runs;

/// <summary>JSON configurations of training and reinforcement learning.</summary>
public static class ConfigFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="ConfigException">It is no JSON, a key is unknown or missing, or a value has the wrong type.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Read<T>(string path)
        where T : class => Parse<T>(path, File.ReadAllText(path));

    /// <summary>Reads a configuration out of a text.</summary>
    /// <param name="path">The file named in errors.</param>
    /// <param name="text">JSON; comments and trailing commas are allowed.</param>
    /// <exception cref="ConfigException">As for <see cref="Read"/>.</exception>
    public static T Parse<T>(string path, string text)
        where T : class
    {
        try
        {
            var documentOptions = new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            };
            if (JsonNode.Parse(text, documentOptions: documentOptions) is JsonObject root)
                CheckKeys(path, root, s_options.GetTypeInfo(typeof(T)), prefix: "");
            return JsonSerializer.Deserialize<T>(text, s_options)
                ?? throw new ConfigException(path, "holds null, expected an object");
        }
        catch (JsonException error)
        {
            string at = error.LineNumber is long line ? $"line {line + 1}: " : "";
            throw new ConfigException(path, at + error.Message, error);
        }
    }

    /// <summary>The configuration with every default written out.</summary>
    public static string Write<T>(T config)
        where T : class => JsonSerializer.Serialize(config, s_options);

    /// <summary>The serializer would refuse an unknown key too, but does not say which was meant.</summary>
    private static void CheckKeys(string path, JsonObject node, JsonTypeInfo type, string prefix)
    {
        foreach (var (key, value) in node)
        {
            var property = type.Properties.FirstOrDefault(p => p.Name == key);
            if (property is null)
            {
                var known = type.Properties.Select(p => p.Name).ToList();
                string nearest = known.MinBy(name => Distance(name, key)) ?? "";
                string hint = Distance(nearest, key) <= 3 ? $"; did you mean '{nearest}'?" : ".";
                throw new ConfigException(
                    path,
                    $"unknown key '{prefix}{key}'{hint} Known here: {string.Join(", ", known)}"
                );
            }
            if (
                value is JsonObject child
                && s_options.GetTypeInfo(property.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner
            )
                CheckKeys(path, child, inner, $"{prefix}{key}.");
        }
    }

    /// <summary>Letters to change, add or drop to turn one word into the other (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(a[i]) == char.ToLowerInvariant(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(change, Math.Min(row[j], diagonal) + 1);
            }
        }
        return row[^1];
    }
}
