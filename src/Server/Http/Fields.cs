// Owns typed access to the fields of a JSON object, with errors that name the field.
using System.Text.Json;

namespace Tern.Server.Http;

/// <summary>
/// Reads fields of one JSON object. Null counts as absent, as OpenAI's clients mean it. Every error is a 400 that names
/// the field by its path.
/// </summary>
/// <param name="element">The object.</param>
/// <param name="path">Its path in the body, empty for the root.</param>
internal readonly struct Fields(JsonElement element, string path = "")
{
    /// <summary>Path of a field, for errors.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>The raw value, or null when absent or JSON null.</summary>
    public JsonElement? Get(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string, or null.</summary>
    public string? String(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? TextOf(value, PathOf(name))
        : throw Wrong(name, "a string", value);

    /// <summary>A truth value, or null.</summary>
    public bool? Bool(string name) =>
        Get(name) is not { } value
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Wrong(name, "a boolean", value),
            };

    /// <summary>An integer in a range, or null.</summary>
    public long? Long(string name, long minimum, long maximum)
    {
        if (Get(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
            throw Wrong(name, $"an integer from {minimum} to {maximum}", value);
        if (number < minimum || number > maximum)
            throw ApiException.Invalid(
                PathOf(name),
                $"{PathOf(name)} is {number}; it must be from {minimum} to {maximum}"
            );
        return number;
    }

    /// <summary>An integer in a range, or null.</summary>
    public int? Int(string name, int minimum, int maximum) => (int?)Long(name, minimum, maximum);

    /// <summary>A number in a range, or null.</summary>
    public float? Float(string name, float minimum, float maximum)
    {
        if (Get(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number))
            throw Wrong(name, $"a number from {minimum} to {maximum}", value);
        if (!(number >= minimum && number <= maximum))
            throw ApiException.Invalid(
                PathOf(name),
                $"{PathOf(name)} is {value.GetRawText()}; it must be from {minimum} to {maximum}"
            );
        return (float)number;
    }

    /// <summary>An array, or null.</summary>
    public JsonElement? Array(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array ? value
        : throw Wrong(name, "an array", value);

    /// <summary>An object, or null.</summary>
    public JsonElement? Object(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? value
        : throw Wrong(name, "an object", value);

    /// <summary>A refusal of a field that the server knows but does not offer, unless it has a neutral value.</summary>
    public void Refuse(string name, string reason)
    {
        if (Get(name) is { } value && value.ValueKind != JsonValueKind.False)
            throw ApiException.Invalid(PathOf(name), $"{PathOf(name)} is not supported: {reason}", "not_supported");
    }

    /// <summary>The text of a JSON string.</summary>
    /// <exception cref="ApiException">It holds a lone surrogate or bytes that are no UTF-8.</exception>
    public static string TextOf(JsonElement value, string path)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid(path, $"{path} is not valid Unicode text");
        }
    }

    private ApiException Wrong(string name, string expected, JsonElement value) =>
        ApiException.Invalid(PathOf(name), $"{PathOf(name)} must be {expected}, not {Describe(value)}", "invalid_type");

    /// <summary>A short description of a value for messages.</summary>
    public static string Describe(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => "a string",
            JsonValueKind.Number => value.GetRawText() is { Length: < 40 } text ? text : "a huge number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Array => "an array",
            JsonValueKind.Object => "an object",
            _ => "null",
        };
}
