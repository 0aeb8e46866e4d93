// Owns one sample of the corpus.
using System.Text.Json.Nodes;

namespace Tern.Training.Corpus;

/// <summary>A sample: plain text of which every token is learned, or a conversation of which the assistant's turns are.</summary>
public sealed record Sample
{
    /// <summary>What it teaches.</summary>
    public required SampleKind Kind { get; init; }

    /// <summary>Plain text; null for a conversation.</summary>
    public string? Text { get; init; }

    /// <summary>The conversation; empty for plain text.</summary>
    public IReadOnlyList<CorpusMessage> Messages { get; init; } = [];

    /// <summary>The functions that the assistant may call.</summary>
    public IReadOnlyList<CorpusTool> Tools { get; init; } = [];

    /// <summary>The messages as in the OpenAI chat API, arguments of calls as objects: what chat templates are given.</summary>
    public JsonArray MessagesToJson() => ToJson(Messages);

    /// <summary>The tools as in the OpenAI chat API; null when there are none.</summary>
    public JsonArray? ToolsToJson() =>
        Tools.Count == 0 ? null : new JsonArray([.. Tools.Select(tool => (JsonNode)tool.ToJson())]);

    private static JsonArray ToJson(IReadOnlyList<CorpusMessage> messages)
    {
        var result = new JsonArray();
        foreach (var message in messages)
        {
            var json = new JsonObject
            {
                ["role"] = message.Role.ToString().ToLowerInvariant(),
                ["content"] = message.Call is null ? message.Content : null,
            };
            if (message.Call is { } call)
            {
                json["tool_calls"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "function",
                        ["function"] = new JsonObject
                        {
                            ["name"] = call.Name,
                            ["arguments"] = JsonNode.Parse(call.Arguments),
                        },
                    }
                );
            }
            result.Add((JsonNode)json);
        }
        return result;
    }
}
