// Owns a function that the model may call, as clients define it.
using System.Text.Json.Nodes;

namespace Tern.Training.Corpus;

/// <summary>The definition of a function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Parameters">Its parameters, all required.</param>
public sealed record CorpusTool(string Name, string Description, IReadOnlyList<CorpusParameter> Parameters)
{
    /// <summary>The definition as an item of <c>tools</c> in the OpenAI chat API.</summary>
    public JsonObject ToJson()
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in Parameters)
        {
            var schema = new JsonObject { ["type"] = parameter.Type };
            if (parameter.Choices is { } choices)
                schema["enum"] = new JsonArray([.. choices.Select(choice => (JsonNode)choice)]);
            properties[parameter.Name] = schema;
            required.Add((JsonNode)parameter.Name);
        }
        return new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = Name,
                ["description"] = Description,
                ["parameters"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = properties,
                    ["required"] = required,
                },
            },
        };
    }
}
