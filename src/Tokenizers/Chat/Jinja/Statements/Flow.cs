// Owns how a statement ends.
namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal enum Flow
{
    /// <summary>The next statement follows.</summary>
    Next,

    /// <summary>The enclosing loop ends.</summary>
    Break,

    /// <summary>The enclosing loop takes its next turn.</summary>
    Continue,
}
