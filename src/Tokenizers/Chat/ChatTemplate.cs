// Owns the public face of chat templates: parse once, render many times.
using System.Text.Json.Nodes;
using Tern.Tokenizers.Chat.Jinja;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Statements;
using Tern.Tokenizers.Chat.Jinja.Syntax;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat;

/// <summary>A parsed Jinja chat template. Immutable and safe for concurrent use.</summary>
public sealed class ChatTemplate
{
    private readonly Block _body;
    private readonly ChatTemplateLimits _limits;

    private ChatTemplate(string source, Block body, ChatTemplateLimits limits)
    {
        Source = source;
        _body = body;
        _limits = limits;
    }

    /// <summary>The text this template was parsed from.</summary>
    public string Source { get; }

    /// <summary>Parses a template in the dialect that Hugging Face transformers renders.</summary>
    /// <param name="source">The template, such as <c>tokenizer.chat_template</c> of a GGUF file.</param>
    /// <param name="limits">Limits of parsing and of every rendering.</param>
    /// <exception cref="ChatTemplateSyntaxException">The source is not a template.</exception>
    /// <exception cref="ChatTemplateLimitException">The source is too long or nested too deeply.</exception>
    public static ChatTemplate Parse(string source, ChatTemplateLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        limits ??= new ChatTemplateLimits();
        if (source.Length > limits.MaxSourceCharacters)
            throw new ChatTemplateLimitException(
                nameof(limits.MaxSourceCharacters),
                $"the template has {source.Length} characters, more than {limits.MaxSourceCharacters}",
                0
            );
        return new(source, StatementParser.Parse(Lexer.Tokenize(source), limits.MaxNesting), limits);
    }

    /// <summary>Renders the conversation.</summary>
    /// <param name="input">Conversation and variables.</param>
    /// <exception cref="ChatTemplateRaisedException">The template refused the conversation.</exception>
    /// <exception cref="ChatTemplateEvaluationException">An operation of the template failed.</exception>
    /// <exception cref="ChatTemplateLimitException">The rendering would exceed a limit.</exception>
    /// <exception cref="ArgumentException">A variable has a reserved name.</exception>
    public string Render(ChatTemplateInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rendering = new Rendering(_limits, input.Now);
        try
        {
            Globals.Define(rendering.Scope);
            foreach (var (name, value) in input.Variables)
                SetVariable(name, value, rendering);
            rendering.Scope.Set("messages", JsonInput.Convert(input.Messages, rendering));
            if (input.Tools is not null)
                rendering.Scope.Set("tools", JsonInput.Convert(input.Tools, rendering));
            rendering.Scope.Set("add_generation_prompt", BoolValue.Of(input.AddGenerationPrompt));
            _body.Execute(rendering);
            return rendering.Output;
        }
        catch (InsufficientExecutionStackException exhausted)
        {
            throw new ChatTemplateLimitException(
                "of the thread's stack",
                "the template nests too deeply",
                rendering.Line,
                exhausted
            );
        }
    }

    private static void SetVariable(string name, JsonNode? value, Rendering rendering)
    {
        if (name is "messages" or "tools" or "add_generation_prompt")
            throw new ArgumentException($"the variable '{name}' is a property of the input and cannot be set again");
        rendering.Scope.Set(name, JsonInput.Convert(value, rendering));
    }
}
