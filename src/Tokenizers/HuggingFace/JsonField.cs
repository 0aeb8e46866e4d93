// Owns reading tokenizer.json with errors that name the place.
using System.Text.Json;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>A JSON value and its path from the root of the file.</summary>
internal readonly record struct JsonField(JsonElement Value, string Path)
{
    /// <summary>Parses a whole file.</summary>
    /// <exception cref="TokenizerFormatException">It is no JSON, nests deeper than 64, or is no object.</exception>
    public static JsonField Parse(string json, string file)
    {
        try
        {
            var root = new JsonField(JsonElement.Parse(json), file);
            return root.IsObject ? root : throw root.Error("is no JSON object");
        }
        catch (JsonException exception)
        {
            throw new TokenizerFormatException(file, $"is no valid JSON: {exception.Message}", exception);
        }
    }

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;
    public bool IsArray => Value.ValueKind == JsonValueKind.Array;
    public bool IsString => Value.ValueKind == JsonValueKind.String;

    /// <summary>The member, or null if it is absent or JSON's null.</summary>
    public JsonField? Find(string name)
    {
        if (!IsObject)
            throw Error($"is {Value.ValueKind}, expected an object with '{name}'");
        return Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new JsonField(member, $"{Path}.{name}")
            : null;
    }

    public JsonField Require(string name) => Find(name) ?? throw new TokenizerFormatException($"{Path}.{name}", "is missing");

    public string Text =>
        IsString ? Value.GetString()! : throw Error($"is {Value.ValueKind}, expected a string");

    public int Integer =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out int number)
            ? number
            : throw Error($"is {Value.GetRawText()}, expected an integer");

    public float Number =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetSingle(out float number)
            ? number
            : throw Error($"is {Value.ValueKind}, expected a number");

    public bool Flag =>
        Value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            var kind => throw Error($"is {kind}, expected true or false"),
        };

    /// <summary>The flag, or the default if it is absent.</summary>
    public bool FlagOr(string name, bool otherwise) => Find(name)?.Flag ?? otherwise;

    public string? TextOrNull(string name) => Find(name)?.Text;

    /// <summary>The <c>type</c> that says which component an object describes.</summary>
    public string Type => Require("type").Text;

    public IEnumerable<JsonField> Items
    {
        get
        {
            if (!IsArray)
                throw Error($"is {Value.ValueKind}, expected an array");
            string path = Path;
            return Value.EnumerateArray().Select((item, index) => new JsonField(item, $"{path}[{index}]"));
        }
    }

    public IEnumerable<KeyValuePair<string, JsonField>> Members
    {
        get
        {
            if (!IsObject)
                throw Error($"is {Value.ValueKind}, expected an object");
            string path = Path;
            return Value
                .EnumerateObject()
                .Select(member => KeyValuePair.Create(member.Name, new JsonField(member.Value, $"{path}['{member.Name}']")));
        }
    }

    public TokenizerFormatException Error(string problem) => new(Path, problem);

    /// <summary>The refusal of a component this reader does not have.</summary>
    public TokenizerFormatException Unknown(string what, string known) =>
        new($"{Path}.type", $"'{Type}' is no known {what}; known are {known}");
}
