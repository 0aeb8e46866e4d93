// Owns the position in the tokens while parsing, how deeply the parser has nested, and its error messages.
using System.Runtime.CompilerServices;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>The tokens of one template, read once from front to back.</summary>
internal sealed class TokenStream(List<Token> tokens, int maxNesting)
{
    private int _index;
    private int _nesting;

    public Token Current => tokens[_index];

    public Token Ahead => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    public int Line => Current.Line;

    /// <summary>Returns the current token and moves behind it (never behind the end).</summary>
    public Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
            _index++;
        return token;
    }

    public bool SkipOperator(string text)
    {
        if (!Current.IsOperator(text))
            return false;
        Take();
        return true;
    }

    public bool SkipName(string text)
    {
        if (!Current.IsName(text))
            return false;
        Take();
        return true;
    }

    public void ExpectOperator(string text)
    {
        if (!SkipOperator(text))
            throw Unexpected($"'{text}'");
    }

    public void ExpectName(string text)
    {
        if (!SkipName(text))
            throw Unexpected($"'{text}'");
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    public ChatTemplateSyntaxException Unexpected(string wanted) =>
        Error($"unexpected {Current.Description}, expected {wanted}");

    public ChatTemplateSyntaxException Error(string problem, int line = 0) => new(problem, line > 0 ? line : Line);

    /// <summary>Enters one level of nesting; the parser recurses only between this and <see cref="Leave"/>.</summary>
    public void Enter(int levels = 1)
    {
        _nesting += levels;
        if (_nesting > maxNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooDeep();
    }

    public void Leave(int levels = 1) => _nesting -= levels;

    /// <summary>Refuses a chain (<c>a.b.c</c>, <c>a|b|c</c>) of more links than nesting is allowed.</summary>
    public void CheckChain(int links)
    {
        if (_nesting + links > maxNesting)
            throw TooDeep();
    }

    private ChatTemplateLimitException TooDeep() =>
        new(
            nameof(ChatTemplateLimits.MaxNesting),
            $"expressions and statements nest more than {maxNesting} levels deep",
            Line
        );
}
