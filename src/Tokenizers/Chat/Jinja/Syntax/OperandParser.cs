// Owns the grammar of operands: literals, names, signs, and the attributes, items, calls, filters and tests behind them.
using System.Globalization;
using System.Numerics;
using System.Text;
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>Parses what operators stand between.</summary>
internal sealed class OperandParser(TokenStream tokens, ExpressionParser expressions)
{
    // Longer integers would take quadratic time to read; no limit on integers reaches this.
    private const int MaxDigits = 4300;

    /// <summary>Called with every variable that is read.</summary>
    public Action<string>? NameRead { get; set; }

    /// <summary>A signed operand with everything that follows it.</summary>
    public Expression ParseOperand() => ParseFilters(ParseSigned());

    /// <summary>The name and arguments of one filter behind its pipe.</summary>
    public FilterCall ParseFilter()
    {
        var name = tokens.Expect(TokenKind.Name, "the name of a filter");
        var text = DottedName(name.Text);
        return new FilterCall(text, tokens.Current.IsOperator("(") ? ParseArguments() : ArgumentList.Empty, name.Line);
    }

    private Expression ParseSigned()
    {
        var line = tokens.Line;
        if (!tokens.Current.IsOperator("-") && !tokens.Current.IsOperator("+"))
            return ParsePostfixes(ParsePrimary());
        var isMinus = tokens.Take().Text == "-";
        tokens.Enter();
        var operand = ParseSigned();
        tokens.Leave();
        return ParsePostfixes(new SignExpression(operand, isMinus, line));
    }

    private Expression ParsePostfixes(Expression target)
    {
        for (var links = 1; ; links++)
        {
            tokens.CheckChain(links);
            var line = tokens.Line;
            if (tokens.SkipOperator("."))
                target = ParseMember(target, line);
            else if (tokens.SkipOperator("["))
                target = ParseItem(target, line);
            else if (tokens.Current.IsOperator("("))
                target = new CallExpression(target, ParseArguments(), line);
            else
                return target;
        }
    }

    private Expression ParseFilters(Expression subject)
    {
        for (var links = 1; ; links++)
        {
            tokens.CheckChain(links);
            var line = tokens.Line;
            if (tokens.SkipOperator("|"))
                subject = new FilterExpression(subject, ParseFilter(), line);
            else if (tokens.SkipName("is"))
                subject = ParseTest(subject, line);
            else if (tokens.Current.IsOperator("("))
                subject = new CallExpression(subject, ParseArguments(), line);
            else
                return subject;
        }
    }

    private TestExpression ParseTest(Expression subject, int line)
    {
        var isNegated = tokens.SkipName("not");
        var name = DottedName(tokens.Expect(TokenKind.Name, "the name of a test").Text);
        var arguments = ArgumentList.Empty;
        var next = tokens.Current;
        if (next.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (
            next.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float
            || next.IsOperator("[")
            || next.IsOperator("{")
        )
        {
            if (next.IsName("is"))
                throw tokens.Error("tests cannot be chained with 'is'");
            if (!next.IsName("else") && !next.IsName("or") && !next.IsName("and"))
                arguments = new ArgumentList([ParsePostfixes(ParsePrimary())], [], null, null);
        }
        return new TestExpression(subject, name, arguments, isNegated, line);
    }

    private string DottedName(string name)
    {
        while (tokens.SkipOperator("."))
            name += "." + tokens.Expect(TokenKind.Name, "a name").Text;
        return name;
    }

    private Expression ParseMember(Expression target, int line)
    {
        var name = tokens.Take();
        return name.Kind switch
        {
            TokenKind.Name => new AttributeExpression(target, name.Text, line),
            TokenKind.Integer => new ItemExpression(target, new Constant(Integer(name), line), line),
            _ => throw tokens.Error($"unexpected {name.Description}, expected a name or number", name.Line),
        };
    }

    private ItemExpression ParseItem(Expression target, int line)
    {
        var keys = new List<Expression>();
        do
        {
            if (tokens.Current.IsOperator("]") && keys.Count > 0)
                break;
            keys.Add(ParseKey());
        } while (tokens.SkipOperator(","));
        tokens.ExpectOperator("]");
        return new ItemExpression(
            target,
            keys is [var single] ? single : new SequenceLiteral(keys, isTuple: true, line),
            line
        );
    }

    private Expression ParseKey()
    {
        var line = tokens.Line;
        var start = tokens.Current.IsOperator(":") ? null : expressions.Parse();
        if (!tokens.SkipOperator(":"))
            return start ?? throw tokens.Unexpected("an index");
        var stop = Bound();
        var step = tokens.SkipOperator(":") ? Bound() : null;
        return new SliceExpression(start, stop, step, line);

        Expression? Bound() =>
            tokens.Current is { Kind: TokenKind.Operator, Text: ":" or "]" or "," } ? null : expressions.Parse();
    }

    private ArgumentList ParseArguments()
    {
        tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        Expression? unpacked = null;
        Expression? unpackedNamed = null;
        while (!tokens.Current.IsOperator(")"))
        {
            if (tokens.SkipOperator("*"))
            {
                Ensure(unpacked is null && unpackedNamed is null);
                unpacked = expressions.Parse();
            }
            else if (tokens.SkipOperator("**"))
            {
                Ensure(unpackedNamed is null);
                unpackedNamed = expressions.Parse();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.IsOperator("="))
            {
                Ensure(unpackedNamed is null);
                var name = tokens.Take().Text;
                tokens.Take();
                Ensure(named.Count < 1000 && !named.Exists(pair => pair.Key == name));
                named.Add(new(name, expressions.Parse()));
            }
            else
            {
                Ensure(unpacked is null && unpackedNamed is null && named.Count == 0);
                positional.Add(expressions.Parse());
            }
            if (!tokens.SkipOperator(","))
                break;
        }
        tokens.ExpectOperator(")");
        return new ArgumentList(positional, named, unpacked, unpackedNamed);

        void Ensure(bool isValid)
        {
            if (!isValid)
                throw tokens.Error("invalid syntax for function call expression");
        }
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.String:
                var text = new StringBuilder(token.Text);
                while (tokens.Current.Kind == TokenKind.String)
                    text.Append(tokens.Take().Text);
                return new Constant(new StringValue(text.ToString()), token.Line);
            case TokenKind.Integer:
                return new Constant(Integer(token), token.Line);
            case TokenKind.Float:
                var real = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
                return new Constant(new FloatValue(real), token.Line);
            case TokenKind.Operator when token.Text == "(":
                var inner = expressions.ParseTuple(isInParentheses: true);
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return ParseList(token.Line);
            case TokenKind.Operator when token.Text == "{":
                return ParseDict(token.Line);
            default:
                throw tokens.Error($"unexpected {token.Description}, expected an expression", token.Line);
        }
    }

    private Expression ParseName(Token token)
    {
        Value? constant = token.Text switch
        {
            "true" or "True" => BoolValue.True,
            "false" or "False" => BoolValue.False,
            "none" or "None" => NoneValue.Instance,
            _ => null,
        };
        if (constant is not null)
            return new Constant(constant, token.Line);
        NameRead?.Invoke(token.Text);
        return new Variable(token.Text, token.Line);
    }

    private SequenceLiteral ParseList(int line)
    {
        var items = new List<Expression>();
        while (!tokens.Current.IsOperator("]"))
        {
            items.Add(expressions.Parse());
            if (!tokens.SkipOperator(","))
                break;
        }
        tokens.ExpectOperator("]");
        return new SequenceLiteral(items, isTuple: false, line);
    }

    private DictLiteral ParseDict(int line)
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.Current.IsOperator("}"))
        {
            var key = expressions.Parse();
            tokens.ExpectOperator(":");
            entries.Add((key, expressions.Parse()));
            if (!tokens.SkipOperator(","))
                break;
        }
        tokens.ExpectOperator("}");
        return new DictLiteral(entries, line);
    }

    private IntValue Integer(Token token)
    {
        var text = token.Text;
        if (text.Length > MaxDigits)
            throw tokens.Error($"the integer has more than {MaxDigits} digits", token.Line);
        var radix = text.Length < 2 ? 'd' : char.ToLowerInvariant(text[1]);
        if (radix is not ('x' or 'o' or 'b'))
            return IntValue.Of(BigInteger.Parse(text, CultureInfo.InvariantCulture));
        var scale = radix switch
        {
            'x' => 16,
            'o' => 8,
            _ => 2,
        };
        var number = BigInteger.Zero;
        foreach (var digit in text.AsSpan(2))
        {
            var value = Convert.ToInt32(digit.ToString(), 16);
            if (value >= scale)
                throw tokens.Error($"'{text}' is not an integer", token.Line);
            number = number * scale + value;
        }
        return IntValue.Of(number);
    }
}
