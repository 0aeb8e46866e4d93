// Owns the reading of config.json and its sisters: typed values, each error naming file and key.
using System.Text;
using System.Text.Json;

namespace Tern.Formats.HuggingFace;

/// <summary>A JSON object of a Hugging Face directory. Keys with the value null count as absent, as they do in Python's <c>get</c>.</summary>
internal sealed class HuggingFaceConfig
{
    private const long MaxBytes = 64 << 20;
    private readonly JsonElement _root;
    private readonly JsonElement _text;
    private readonly JsonElement? _defaults;

    private HuggingFaceConfig(string file, JsonElement root, JsonElement? defaults = null)
    {
        _defaults = defaults;
        if (root.ValueKind != JsonValueKind.Object)
            throw new ModelFormatException(file, "JSON", $"is a {root.ValueKind}, expected an object");
        File = file;
        _root = root;
        // Multimodal models keep the language model's numbers one level down.
        _text =
            root.TryGetProperty("text_config", out var text) && text.ValueKind == JsonValueKind.Object ? text : root;
    }

    public string File { get; }

    public JsonElement Root => _root;

    public static HuggingFaceConfig Read(string file)
    {
        long length = new FileInfo(file).Length;
        if (length > MaxBytes)
            throw new ModelFormatException(file, "JSON", $"the file of {length} bytes exceeds the limit of {MaxBytes}");
        return Parse(file, System.IO.File.ReadAllBytes(file));
    }

    /// <summary>A text that is not a file yet, under the name it will have.</summary>
    public static HuggingFaceConfig Parse(string file, string json) => Parse(file, Encoding.UTF8.GetBytes(json));

    /// <summary>The same with values for keys that published files leave out because the family's code has them.</summary>
    public HuggingFaceConfig WithDefaults(string json)
    {
        using var defaults = JsonDocument.Parse(json);
        return new HuggingFaceConfig(File, _root, defaults.RootElement.Clone());
    }

    /// <summary>The value of the first key that is there.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (_text.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null)
                return value;
            if (_root.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null)
                return value;
        }
        foreach (string key in keys)
        {
            if (_defaults is { } defaults && defaults.TryGetProperty(key, out var value))
                return value;
        }
        return null;
    }

    public bool Has(string key) => Find(key) is not null;

    public int Int(params ReadOnlySpan<string> keys) => OptionalInt(keys) ?? throw Missing(keys);

    public int? OptionalInt(params ReadOnlySpan<string> keys)
    {
        if (Find(keys) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0
            ? number
            : throw Error(keys[0], $"is {Shown(value)}, expected an integer from 0 to {int.MaxValue}");
    }

    public float Float(params ReadOnlySpan<string> keys) => OptionalFloat(keys) ?? throw Missing(keys);

    public float? OptionalFloat(params ReadOnlySpan<string> keys)
    {
        if (Find(keys) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            ? (float)number
            : throw Error(keys[0], $"is {Shown(value)}, expected a number");
    }

    public bool Bool(string key, bool fallback) =>
        Find(key) switch
        {
            null => fallback,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { } other => throw Error(key, $"is {Shown(other)}, expected true or false"),
        };

    public string? OptionalString(string key) =>
        Find(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => Text(text, key),
            { } other => throw Error(key, $"is {Shown(other)}, expected a string"),
        };

    public string[]? OptionalStrings(string key) =>
        Find(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(IsString) =>
            [
                .. array.EnumerateArray().Select(item => Text(item, key)),
            ],
            _ => throw Error(key, "expected an array of strings"),
        };

    public float[]? OptionalFloats(string key) =>
        Find(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } array
                when array.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Number) =>
            [
                .. array.EnumerateArray().Select(i => (float)i.GetDouble()),
            ],
            _ => throw Error(key, "expected an array of numbers"),
        };

    /// <summary>A nested object as a config of its own, or null when absent.</summary>
    public HuggingFaceConfig? Section(string key) =>
        Find(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Object } section => new HuggingFaceConfig(File, section),
            { } other => throw Error(key, $"is {Shown(other)}, expected an object"),
        };

    public ModelFormatException Error(string key, string problem) => new(File, key, problem);

    private static HuggingFaceConfig Parse(string file, byte[] json)
    {
        try
        {
            return new HuggingFaceConfig(file, JsonDocument.Parse(json).RootElement);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file, "JSON", $"the file is not JSON: {e.Message}", e);
        }
    }

    private ModelFormatException Missing(ReadOnlySpan<string> keys) =>
        Error(
            keys[0],
            keys.Length == 1 ? "the key is missing" : $"none of the keys {string.Join(", ", keys!)} is there"
        );

    private static bool IsString(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private string Text(JsonElement value, string key)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e) // an escaped lone surrogate
        {
            throw new ModelFormatException(File, key, "the string is not valid Unicode", e);
        }
    }

    private static string Shown(JsonElement value)
    {
        string raw = value.GetRawText();
        return raw.Length <= 80 ? raw : raw[..80] + "…";
    }
}
