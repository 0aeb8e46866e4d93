// Owns the public face of chat templates: parse once, render many times.
namespace Tern.Tokenizers.Chat;

/// <summary>A parsed Jinja chat template. Immutable and safe for concurrent use.</summary>
public sealed class ChatTemplate
{
    private readonly ChatTemplateLimits _limits;

    private ChatTemplate(string source, ChatTemplateLimits limits)
    {
        Source = source;
        _limits = limits;
    }

    /// <summary>The text this template was parsed from.</summary>
    public string Source { get; }

    /// <summary>Parses a template in the dialect that Hugging Face transformers renders.</summary>
    /// <param name="source">The template, such as <c>tokenizer.chat_template</c> of a GGUF file.</param>
    /// <param name="limits">Limits of parsing and of every rendering.</param>
    /// <exception cref="ChatTemplateSyntaxException">The source is not a template.</exception>
    /// <exception cref="ChatTemplateLimitException">The source is too long or nested too deeply.</exception>
    public static ChatTemplate Parse(string source, ChatTemplateLimits? limits = null) =>
        new(source, limits ?? new ChatTemplateLimits());

    /// <summary>Renders the conversation.</summary>
    /// <param name="input">Conversation and variables.</param>
    /// <exception cref="ChatTemplateRaisedException">The template refused the conversation.</exception>
    /// <exception cref="ChatTemplateEvaluationException">An operation of the template failed.</exception>
    /// <exception cref="ChatTemplateLimitException">The rendering would exceed a limit.</exception>
    /// <exception cref="ArgumentException">A variable has a reserved name.</exception>
    public string Render(ChatTemplateInput input) => throw new NotSupportedException($"{_limits}: {input}");
}
