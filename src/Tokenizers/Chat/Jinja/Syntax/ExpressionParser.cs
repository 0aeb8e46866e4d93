// Owns the grammar of expressions by precedence, lowest first. Reference: Jinja 3.1 "Expressions"; the concatenation
// operator binds tighter than plus, and unary minus tighter than power.
using Tern.Tokenizers.Chat.Jinja.Expressions;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>Parses expressions from the token stream.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenStream _tokens;
    private readonly OperandParser _operands;

    public ExpressionParser(TokenStream tokens)
    {
        _tokens = tokens;
        _operands = new OperandParser(tokens, this);
    }

    /// <summary>Called with every variable that is read.</summary>
    public Action<string>? NameRead
    {
        set => _operands.NameRead = value;
    }

    /// <summary>One expression.</summary>
    public Expression Parse(bool allowsConditional = true)
    {
        _tokens.Enter();
        var expression = allowsConditional ? ParseConditional() : ParseLogical(isOr: true);
        _tokens.Leave();
        return expression;
    }

    /// <summary>One expression, or several with commas, which make a tuple.</summary>
    public Expression ParseTuple(bool allowsConditional = true, string? endName = null, bool isInParentheses = false)
    {
        var line = _tokens.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (!AtTupleEnd(endName))
        {
            items.Add(Parse(allowsConditional));
            if (!_tokens.SkipOperator(","))
                break;
            isTuple = true;
        }
        if (items.Count == 1 && !isTuple)
            return items[0];
        if (items.Count == 0 && !isInParentheses)
            throw _tokens.Unexpected("an expression");
        return new SequenceLiteral(items, isTuple: true, line);
    }

    /// <summary>The chain of filters behind a pipe that has been read.</summary>
    public FilterCall ParseFilter() => _operands.ParseFilter();

    public Expression ParseOperand() => _operands.ParseOperand();

    private bool AtTupleEnd(string? endName) =>
        _tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd
        || _tokens.Current.IsOperator(")")
        || (endName is not null && _tokens.Current.IsName(endName));

    private Expression ParseConditional()
    {
        var line = _tokens.Line;
        var result = ParseLogical(isOr: true);
        for (var links = 1; _tokens.SkipName("if"); links++)
        {
            _tokens.CheckChain(links);
            var condition = ParseLogical(isOr: true);
            var otherwise = _tokens.SkipName("else") ? Parse() : null;
            result = new Conditional(condition, result, otherwise, line);
        }
        return result;
    }

    private Expression ParseLogical(bool isOr)
    {
        var line = _tokens.Line;
        var first = isOr ? ParseLogical(isOr: false) : ParseNot();
        if (!_tokens.Current.IsName(isOr ? "or" : "and"))
            return first;
        var operands = new List<Expression> { first };
        while (_tokens.SkipName(isOr ? "or" : "and"))
            operands.Add(isOr ? ParseLogical(isOr: false) : ParseNot());
        return new LogicalChain(operands, isOr, line);
    }

    private Expression ParseNot()
    {
        var line = _tokens.Line;
        if (!_tokens.SkipName("not"))
            return ParseComparison();
        _tokens.Enter();
        var operand = ParseNot();
        _tokens.Leave();
        return new Negation(operand, line);
    }

    private Expression ParseComparison()
    {
        var line = _tokens.Line;
        var first = ParseSum();
        List<(string, Expression)>? rest = null;
        while (true)
        {
            string symbol;
            if (_tokens.Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
                symbol = _tokens.Take().Text;
            else if (_tokens.SkipName("in"))
                symbol = "in";
            else if (_tokens.Current.IsName("not") && _tokens.Ahead.IsName("in"))
            {
                _tokens.Take();
                _tokens.Take();
                symbol = "not in";
            }
            else
                return rest is null ? first : new ComparisonChain(first, rest, line);
            (rest ??= []).Add((symbol, ParseSum()));
        }
    }

    private Expression ParseSum() => ParseChain(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation()
    {
        var line = _tokens.Line;
        var first = ParseProduct();
        if (!_tokens.Current.IsOperator("~"))
            return first;
        var parts = new List<Expression> { first };
        while (_tokens.SkipOperator("~"))
            parts.Add(ParseProduct());
        return new Concatenation(parts, line);
    }

    private Expression ParseProduct() => ParseChain(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseChain(_operands.ParseOperand, "**");

    private Expression ParseChain(Func<Expression> parseOperand, params ReadOnlySpan<string> symbols)
    {
        var line = _tokens.Line;
        var first = parseOperand();
        List<(string, Expression)>? rest = null;
        while (_tokens.Current.Kind == TokenKind.Operator && symbols.Contains(_tokens.Current.Text))
        {
            var symbol = _tokens.Take().Text;
            (rest ??= []).Add((symbol, parseOperand()));
        }
        return rest is null ? first : new ArithmeticChain(first, rest, line);
    }
}
