// Owns turning messages into the tokens a model expects.
using System.Text.Json.Nodes;
using Tern.Engine;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;

namespace Tern.Cli;

/// <summary>Renders conversations with a model's own template.</summary>
internal static class Prompts
{
    /// <summary>The prompt of a conversation.</summary>
    /// <exception cref="CommandLineException">The model has no template.</exception>
    public static IReadOnlyList<int> Render(LlmEngine engine, IReadOnlyList<(string Role, string Content)> messages)
    {
        var template =
            engine.ChatTemplate
            ?? throw new CommandLineException(
                $"'{engine.Info.ModelName}' has no chat template; use 'tern run --raw' to continue a text"
            );
        var array = new JsonArray();
        foreach (var (role, content) in messages)
            array.Add((JsonNode)new JsonObject { ["role"] = role, ["content"] = content });
        var input = new ChatTemplateInput
        {
            Messages = array,
            Variables = Variables(engine.Tokenizer),
            Now = DateTimeOffset.Now,
        };
        return engine.Tokenizer.Encode(template.Render(input), addSpecial: false, parseSpecial: true);
    }

    /// <summary>The special tokens that templates write themselves.</summary>
    public static Dictionary<string, JsonNode?> Variables(Tokenizer tokenizer)
    {
        var variables = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (
            var (name, token) in (ReadOnlySpan<(string, int?)>)
                [
                    ("bos_token", tokenizer.BosToken),
                    ("eos_token", tokenizer.EosToken),
                    ("unk_token", tokenizer.UnknownToken),
                    ("pad_token", tokenizer.PadToken),
                ]
        )
        {
            if (token is { } id)
                variables[name] = tokenizer.GetText(id);
        }
        return variables;
    }
}
