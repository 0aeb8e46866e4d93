// Owns the pieces that a template's source is cut into.
namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>One piece of a template: its text (decoded for strings, without underscores for numbers) and its line.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>Whether this is the operator or bracket <paramref name="text"/>.</summary>
    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    /// <summary>Whether this is the name or keyword <paramref name="text"/>.</summary>
    public bool IsName(string text) => Kind == TokenKind.Name && Text == text;

    /// <summary>How an error message calls this token.</summary>
    public string Description =>
        Kind switch
        {
            TokenKind.End => "end of template",
            TokenKind.Data => "template text",
            TokenKind.BlockBegin => "'{%'",
            TokenKind.BlockEnd => "end of statement block",
            TokenKind.VariableBegin => "'{{'",
            TokenKind.VariableEnd => "end of print statement",
            TokenKind.String => "a string",
            _ => $"'{Text}'",
        };
}
