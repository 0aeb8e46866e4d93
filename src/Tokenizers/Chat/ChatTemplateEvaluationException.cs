// Owns the error of a template that fails while it runs.
namespace Tern.Tokenizers.Chat;

/// <summary>An operation failed: a wrong type, an undefined value, an unsupported method.</summary>
public sealed class ChatTemplateEvaluationException : ChatTemplateException
{
    internal ChatTemplateEvaluationException(string problem, int line, Exception? inner = null)
        : base(Locate(problem, line), problem, line, inner) { }
}
