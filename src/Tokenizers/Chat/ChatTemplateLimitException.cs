// Owns the error of a template that exceeds a limit.
namespace Tern.Tokenizers.Chat;

/// <summary>Parsing or rendering would exceed one of <see cref="ChatTemplateLimits"/>.</summary>
public sealed class ChatTemplateLimitException : ChatTemplateException
{
    internal ChatTemplateLimitException(string limit, string problem, int line, Exception? inner = null)
        : base(Locate($"{problem} (limit {limit})", line), problem, line, inner) => Limit = limit;

    /// <summary>The name of the exceeded property of <see cref="ChatTemplateLimits"/>.</summary>
    public string Limit { get; }
}
