// Owns reading a call out of an answer and checking it against the tools.
using System.Text.Json;

namespace Tern.Training.Corpus;

/// <summary>Judges calls.</summary>
internal static class ToolCallCheck
{
    /// <summary>Whether the answer is one call of an offered tool whose arguments satisfy the tool's schema.</summary>
    public static bool IsValid(string answer, IReadOnlyList<CorpusTool> tools)
    {
        if (!TryRead(answer, out string name, out var arguments))
            return false;
        var tool = tools.FirstOrDefault(tool => tool.Name == name);
        if (tool is null || arguments.EnumerateObject().Count() != tool.Parameters.Count)
            return false;
        return tool.Parameters.All(parameter =>
            arguments.TryGetProperty(parameter.Name, out var value) && Satisfies(value, parameter)
        );
    }

    /// <summary>Whether the answer is this very call; the order of arguments does not matter.</summary>
    public static bool Is(string answer, CorpusCall expected)
    {
        using var document = JsonDocument.Parse(expected.Arguments);
        return TryRead(answer, out string name, out var arguments)
            && name == expected.Name
            && JsonElement.DeepEquals(arguments, document.RootElement);
    }

    private static bool TryRead(string answer, out string name, out JsonElement arguments)
    {
        (name, arguments) = ("", default);
        string text = answer.Trim();
        if (
            !text.StartsWith(ChatFormat.CallOpen, StringComparison.Ordinal)
            || !text.EndsWith(ChatFormat.CallClose, StringComparison.Ordinal)
        )
            return false;
        try
        {
            using var document = JsonDocument.Parse(text[ChatFormat.CallOpen.Length..^ChatFormat.CallClose.Length]);
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("name", out var function)
                || function.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("arguments", out arguments)
                || arguments.ValueKind != JsonValueKind.Object
            )
                return false;
            (name, arguments) = (function.GetString()!, arguments.Clone());
            return true;
        }
        catch (JsonException)
        {
            // What is no JSON is no call: that is the finding, not a failure of the check.
            return false;
        }
    }

    private static bool Satisfies(JsonElement value, CorpusParameter parameter) =>
        parameter.Type switch
        {
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            _ => value.ValueKind == JsonValueKind.String
                && (
                    parameter.Choices is null || parameter.Choices.Contains(value.GetString()!, StringComparer.Ordinal)
                ),
        };
}
