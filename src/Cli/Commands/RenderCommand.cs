// Owns "tern render": the prompt that a chat template makes of a conversation.
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Cli.Options;
using Tern.Engine.Loading;
using Tern.Formats;
using Tern.Tokenizers.Chat;

namespace Tern.Cli.Commands;

/// <summary>Renders a conversation with a model's template or with a template file.</summary>
internal static class RenderCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("MODEL_OR_TEMPLATE")
        {
            Description = "A model, or a file that holds a Jinja template",
        };
        var messages = EnvironmentOption.Create<string?>(
            "--messages",
            "JSON file: {\"messages\": [...], \"tools\": [...], \"add_generation_prompt\": true, ...}; further keys are template variables, \"now\" fixes the clock; default: standard input",
            null
        );
        var command = new Command("render", "Print the prompt that a chat template makes of a conversation.")
        {
            source,
            messages,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                string path = parsed.GetRequiredValue(source);
                string json = parsed.GetValue(messages) is { } file
                    ? await File.ReadAllTextAsync(file, cancellationToken)
                    : await Console.In.ReadToEndAsync(cancellationToken);
                var input = ReadInput(json, parsed.GetValue(messages) ?? "standard input");
                string template = ReadTemplate(path, input.Variables);
                Console.Out.Write(ChatTemplate.Parse(template).Render(input));
                return 0;
            }
        );
        return command;
    }

    private static string ReadTemplate(string path, IReadOnlyDictionary<string, JsonNode?> variables)
    {
        if (!Directory.Exists(path) && Path.GetExtension(path) != ".gguf")
            return File.ReadAllText(path);
        using var model = ModelFile.Open(path);
        var own = (Dictionary<string, JsonNode?>)variables;
        foreach (var (name, value) in Prompts.Variables(TokenizerReader.Read(model)))
            own.TryAdd(name, value);
        return ChatTemplateReader.Read(model) ?? throw new CommandLineException($"{path} has no chat template");
    }

    private static ChatTemplateInput ReadInput(string json, string file)
    {
        JsonObject root;
        try
        {
            root =
                JsonNode.Parse(json) as JsonObject
                ?? throw new CommandLineException($"{file}: the top must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new CommandLineException($"{file}: not valid JSON: {error.Message}");
        }
        var variables = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (key, value) in root)
        {
            if (key is not ("messages" or "tools" or "add_generation_prompt" or "now"))
                variables[key] = value?.DeepClone();
        }
        return new ChatTemplateInput
        {
            Messages =
                root["messages"] as JsonArray ?? throw new CommandLineException($"{file}: messages must be an array"),
            Tools = root["tools"] as JsonArray,
            AddGenerationPrompt = root["add_generation_prompt"]?.GetValueKind() == JsonValueKind.True,
            Variables = variables,
            Now = root["now"] is { } now
                ? DateTimeOffset.Parse(now.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : DateTimeOffset.Now,
        };
    }
}
