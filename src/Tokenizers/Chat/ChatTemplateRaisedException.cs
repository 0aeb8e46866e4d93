// Owns the error that a template raises itself.
namespace Tern.Tokenizers.Chat;

/// <summary>The template refused its input with <c>raise_exception</c>; <see cref="Exception.Message"/> is its message, unchanged.</summary>
public sealed class ChatTemplateRaisedException : ChatTemplateException
{
    internal ChatTemplateRaisedException(string problem, int line, Exception? inner = null)
        : base(problem, problem, line, inner) { }
}
