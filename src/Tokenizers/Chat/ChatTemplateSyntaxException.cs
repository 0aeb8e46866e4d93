// Owns the error of a template that cannot be parsed.
namespace Tern.Tokenizers.Chat;

/// <summary>The source is not a template of the supported language.</summary>
public sealed class ChatTemplateSyntaxException : ChatTemplateException
{
    internal ChatTemplateSyntaxException(string problem, int line, Exception? inner = null)
        : base(Locate(problem, line), problem, line, inner) { }
}
