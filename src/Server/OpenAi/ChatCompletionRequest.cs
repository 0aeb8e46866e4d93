// Owns reading and validating the body of a chat request.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Engine.Sampling;
using Tern.Server.Http;
using Tern.Tokenizers.Chat;

namespace Tern.Server.OpenAi;

/// <summary>A chat request, checked field by field.</summary>
internal sealed record ChatCompletionRequest
{
    private static readonly string[] s_roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>The model asked for; null = whatever is served.</summary>
    public required string? Model { get; init; }

    /// <summary>The conversation as the template sees it.</summary>
    public required ChatTemplateInput Conversation { get; init; }

    /// <summary>How to sample.</summary>
    public required SamplingParams Sampling { get; init; }

    /// <summary>Whether the answer is streamed.</summary>
    public required bool Stream { get; init; }

    /// <summary>Whether the stream ends with token counts.</summary>
    public required bool IncludeUsage { get; init; }

    /// <summary>Whether tools were offered, so that calls are looked for in the answer.</summary>
    public bool HasTools => Conversation.Tools is { Count: > 0 };

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiException">A field is wrong; the error names it.</exception>
    public static ChatCompletionRequest Read(JsonElement body, ServedModel model, ServerOptions options)
    {
        var fields = new Fields(body);
        fields.Refuse("functions", "use tools");
        fields.Refuse("function_call", "use tool_choice");
        fields.Refuse("audio", "the model speaks text only");
        RefuseResponseFormat(fields);
        string toolChoice = ToolChoice(fields);
        bool wantsLogprobs = fields.Bool("logprobs") ?? false;
        int? top = fields.Int("top_logprobs", 0, 20);
        if (top is not null && !wantsLogprobs)
            throw ApiException.Invalid("top_logprobs", "top_logprobs needs logprobs to be true");
        bool stream = fields.Bool("stream") ?? false;
        var sampling = SamplingFields.Read(fields, model.DefaultSampling, model.Engine.Info.VocabularySize) with
        {
            MaxTokens =
                fields.Int("max_completion_tokens", 1, int.MaxValue)
                ?? fields.Int("max_tokens", 1, int.MaxValue)
                ?? model.DefaultSampling.MaxTokens,
            Logprobs = wantsLogprobs ? top ?? 0 : null,
        };
        return new ChatCompletionRequest
        {
            Model = fields.String("model"),
            Conversation = new ChatTemplateInput
            {
                Messages = Messages(fields, options),
                Tools = toolChoice == "none" ? null : Tools(fields),
                AddGenerationPrompt = fields.Bool("add_generation_prompt") ?? true,
                Variables = Variables(fields, model),
                Now = DateTimeOffset.Now,
            },
            Sampling = sampling,
            Stream = stream,
            IncludeUsage = StreamOptions.IncludeUsage(fields, stream),
        };
    }

    private static JsonArray Messages(Fields fields, ServerOptions options)
    {
        var array =
            fields.Array("messages") ?? throw ApiException.Invalid("messages", "messages is missing", "missing_field");
        int count = array.GetArrayLength();
        if (count == 0)
            throw ApiException.Invalid("messages", "messages is empty; at least one message is needed");
        if (count > options.MaxMessages)
            throw ApiException.Invalid(
                "messages",
                $"messages has {count} entries; at most {options.MaxMessages} are accepted"
            );
        var messages = new JsonArray();
        foreach (var item in array.EnumerateArray())
            messages.Add((JsonNode)Message(item, $"messages[{messages.Count}]"));
        return messages;
    }

    private static JsonObject Message(JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw ApiException.Invalid(path, $"{path} must be an object, not {Fields.Describe(item)}", "invalid_type");
        var fields = new Fields(item, path);
        string role =
            fields.String("role")
            ?? throw ApiException.Invalid($"{path}.role", $"{path}.role is missing", "missing_field");
        if (!s_roles.Contains(role))
            throw ApiException.Invalid(
                $"{path}.role",
                $"{path}.role is '{role}'; it must be one of {string.Join(", ", s_roles)}"
            );
        var message = new JsonObject { ["role"] = role };
        string? content = Content(fields);
        var calls = fields.Array("tool_calls");
        if (content is null && calls is null)
            throw ApiException.Invalid($"{path}.content", $"{path}.content is missing", "missing_field");
        message["content"] = content;
        foreach (string name in (ReadOnlySpan<string>)["name", "tool_call_id", "reasoning_content"])
        {
            if (fields.String(name) is { } value)
                message[name] = value;
        }
        if (calls is { } toolCalls)
            message["tool_calls"] = ToolCallHistory.Read(toolCalls, $"{path}.tool_calls");
        return message;
    }

    // Text parts are joined as vLLM joins them; other parts cannot be served by a text model.
    private static string? Content(Fields fields)
    {
        if (fields.Get("content") is not { } content)
            return null;
        string path = fields.PathOf("content");
        if (content.ValueKind == JsonValueKind.String)
            return Fields.TextOf(content, path);
        if (content.ValueKind != JsonValueKind.Array)
            throw ApiException.Invalid(
                path,
                $"{path} must be a string or an array of parts, not {Fields.Describe(content)}",
                "invalid_type"
            );
        var parts = new List<string>();
        foreach (var part in content.EnumerateArray())
        {
            string partPath = $"{path}[{parts.Count}]";
            if (part.ValueKind != JsonValueKind.Object)
                throw ApiException.Invalid(
                    partPath,
                    $"{partPath} must be an object, not {Fields.Describe(part)}",
                    "invalid_type"
                );
            var partFields = new Fields(part, partPath);
            string type = partFields.String("type") ?? "text";
            if (type is not ("text" or "input_text"))
                throw ApiException.Invalid(
                    $"{partPath}.type",
                    $"{partPath}.type is '{type}'; this model reads text only",
                    "not_supported"
                );
            parts.Add(
                partFields.String("text")
                    ?? throw ApiException.Invalid($"{partPath}.text", $"{partPath}.text is missing", "missing_field")
            );
        }
        return string.Join('\n', parts);
    }

    private static JsonArray? Tools(Fields fields)
    {
        if (fields.Array("tools") is not { } tools)
            return null;
        int i = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            string path = $"tools[{i++}]";
            if (tool.ValueKind != JsonValueKind.Object)
                throw ApiException.Invalid(
                    path,
                    $"{path} must be an object, not {Fields.Describe(tool)}",
                    "invalid_type"
                );
            var toolFields = new Fields(tool, path);
            if (toolFields.String("type") is { } type && type != "function")
                throw ApiException.Invalid(
                    $"{path}.type",
                    $"{path}.type is '{type}'; only functions are supported",
                    "not_supported"
                );
            var function =
                toolFields.Object("function")
                ?? throw ApiException.Invalid($"{path}.function", $"{path}.function is missing", "missing_field");
            var functionFields = new Fields(function, $"{path}.function");
            if (functionFields.String("name") is not { Length: > 0 })
                throw ApiException.Invalid(
                    $"{path}.function.name",
                    $"{path}.function.name is missing",
                    "missing_field"
                );
            _ = functionFields.Object("parameters");
        }
        return JsonArray.Create(tools.Clone());
    }

    private static string ToolChoice(Fields fields)
    {
        if (fields.Get("tool_choice") is not { } choice)
            return "auto";
        if (choice.ValueKind == JsonValueKind.String && choice.GetString() is "auto" or "none")
            return choice.GetString()!;
        throw ApiException.Invalid(
            "tool_choice",
            "tool_choice must be \"auto\" or \"none\"; forcing a call is not supported",
            "not_supported"
        );
    }

    private static void RefuseResponseFormat(Fields fields)
    {
        if (fields.Object("response_format") is not { } format)
            return;
        string? type = new Fields(format, "response_format").String("type");
        if (type != "text")
            throw ApiException.Invalid(
                "response_format.type",
                $"response_format.type is '{type}'; only \"text\" is supported",
                "not_supported"
            );
    }

    private static Dictionary<string, JsonNode?> Variables(Fields fields, ServedModel model)
    {
        var variables = new Dictionary<string, JsonNode?>(model.TemplateVariables);
        if (fields.Object("chat_template_kwargs") is not { } extra)
            return variables;
        foreach (var property in extra.EnumerateObject())
        {
            if (
                property.Name is "messages" or "tools" or "add_generation_prompt"
                || model.TemplateVariables.ContainsKey(property.Name)
            )
            {
                string path = $"chat_template_kwargs.{property.Name}";
                throw ApiException.Invalid(path, $"{path} is set by the server and cannot be overridden");
            }
            variables[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        }
        return variables;
    }
}
