// Owns reading the tool calls of earlier assistant messages.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Server.Http;

namespace Tern.Server.OpenAi;

/// <summary>
/// Checks earlier tool calls and hands them to templates the way the templates were written for: arguments as an object,
/// while the wire carries them as JSON text.
/// </summary>
internal static class ToolCallHistory
{
    /// <summary>Reads the calls of one message.</summary>
    /// <exception cref="ApiException">A call is malformed.</exception>
    public static JsonArray Read(JsonElement calls, string path)
    {
        var result = new JsonArray();
        foreach (var call in calls.EnumerateArray())
            result.Add((JsonNode)Call(call, $"{path}[{result.Count}]"));
        return result;
    }

    private static JsonObject Call(JsonElement call, string path)
    {
        if (call.ValueKind != JsonValueKind.Object)
            throw ApiException.Invalid(path, $"{path} must be an object, not {Fields.Describe(call)}", "invalid_type");
        var fields = new Fields(call, path);
        var function =
            fields.Object("function")
            ?? throw ApiException.Invalid($"{path}.function", $"{path}.function is missing", "missing_field");
        var functionFields = new Fields(function, $"{path}.function");
        string name =
            functionFields.String("name")
            ?? throw ApiException.Invalid($"{path}.function.name", $"{path}.function.name is missing", "missing_field");
        return new JsonObject
        {
            ["id"] = fields.String("id"),
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["arguments"] = Arguments(functionFields) },
        };
    }

    private static JsonNode? Arguments(Fields fields)
    {
        string path = fields.PathOf("arguments");
        var value = fields.Get("arguments") ?? throw ApiException.Invalid(path, $"{path} is missing", "missing_field");
        if (value.ValueKind == JsonValueKind.Object)
            return JsonNode.Parse(value.GetRawText());
        if (value.ValueKind != JsonValueKind.String)
            throw ApiException.Invalid(path, $"{path} must be JSON text, not {Fields.Describe(value)}", "invalid_type");
        try
        {
            return JsonNode.Parse(
                Fields.TextOf(value, path),
                nodeOptions: null,
                new JsonDocumentOptions { MaxDepth = 64 }
            );
        }
        catch (JsonException error)
        {
            throw ApiException.Invalid(path, $"{path} is not valid JSON: {error.Message}", "invalid_json");
        }
    }
}
