// Owns the error that parsing or rendering a chat template ends with.
namespace Tern.Tokenizers.Chat;

/// <summary>A chat template could not be parsed or rendered; the subclass says why.</summary>
public abstract class ChatTemplateException : Exception
{
    private protected ChatTemplateException(string message, string problem, int line, Exception? inner = null)
        : base(message, inner)
    {
        Problem = problem;
        Line = line;
    }

    /// <summary>What went wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line of the template, counted from 1; 0 when the cause is not in the template.</summary>
    public int Line { get; }

    private protected static string Locate(string problem, int line) =>
        line > 0 ? $"chat template, line {line}: {problem}" : $"chat template: {problem}";
}
