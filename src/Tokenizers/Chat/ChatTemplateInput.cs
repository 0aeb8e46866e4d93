// Owns what a chat template is rendered with.
using System.Text.Json.Nodes;

namespace Tern.Tokenizers.Chat;

/// <summary>The conversation and the variables that one rendering sees.</summary>
public sealed record ChatTemplateInput
{
    /// <summary>The conversation as in the OpenAI chat API: objects with <c>role</c>, <c>content</c> and more.</summary>
    public required JsonArray Messages { get; init; }

    /// <summary>Tool definitions as in the OpenAI chat API; the variable <c>tools</c> is undefined when this is null.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Whether the text ends with the opening of an assistant turn.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>
    /// Further variables, such as <c>bos_token</c>, <c>eos_token</c> and <c>enable_thinking</c>. They may not be named
    /// <c>messages</c>, <c>tools</c> or <c>add_generation_prompt</c>.
    /// </summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } =
        new Dictionary<string, JsonNode?>(StringComparer.Ordinal);

    /// <summary>The time that <c>strftime_now</c> formats, in the time zone to show.</summary>
    public required DateTimeOffset Now { get; init; }
}
