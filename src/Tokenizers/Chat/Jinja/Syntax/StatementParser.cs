// Owns the grammar of statements: which tags there are and how they are closed.
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Statements;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>Parses a whole template.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly Stack<HashSet<string>> _macroNames = [];
    private int _loops;

    private StatementParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens) { NameRead = NoteName };
    }

    /// <summary>Parses the tokens of a template.</summary>
    /// <exception cref="ChatTemplateSyntaxException">The template is malformed.</exception>
    /// <exception cref="ChatTemplateLimitException">It nests too deeply.</exception>
    public static Block Parse(List<Token> tokens, int maxNesting)
    {
        var parser = new StatementParser(new TokenStream(tokens, maxNesting));
        return parser.ParseBlock("", 0);
    }

    // Reads up to the tag that starts with one of the end names, whose name is the next token.
    private Block ParseBlock(string opener, int openerLine, params ReadOnlySpan<string> ends)
    {
        _tokens.Enter();
        var statements = new List<Statement>();
        while (true)
        {
            var token = _tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new TextStatement(token.Text));
                    continue;
                case TokenKind.VariableBegin:
                    statements.Add(new PrintStatement(_expressions.ParseTuple(), token.Line));
                    _tokens.Expect(TokenKind.VariableEnd, "end of print statement");
                    continue;
                case TokenKind.BlockBegin
                    when ends.Contains(_tokens.Current.Text) && _tokens.Current.Kind == TokenKind.Name:
                    _tokens.Leave();
                    return new Block(statements);
                case TokenKind.BlockBegin:
                    statements.Add(ParseStatement(_tokens.Expect(TokenKind.Name, "the name of a tag")));
                    _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
                    continue;
                case TokenKind.End when ends.IsEmpty:
                    _tokens.Leave();
                    return new Block(statements);
                case TokenKind.End:
                    throw _tokens.Error(
                        $"unexpected end of template: '{opener}' of line {openerLine} needs '{string.Join("' or '", ends)}'"
                    );
                default:
                    throw _tokens.Error($"unexpected {token.Description}", token.Line);
            }
        }
    }

    private Statement ParseStatement(Token tag) =>
        tag.Text switch
        {
            "if" => ParseIf(tag),
            "for" => ParseFor(tag),
            "set" => ParseSet(tag),
            "macro" => ParseMacro(tag),
            "call" => ParseCall(tag),
            "filter" => ParseFilterBlock(tag),
            "with" => ParseWith(tag),
            "generation" => new WithStatement([], ParseIsolated(tag, "endgeneration"), tag.Line),
            "break" => LoopControl(tag, Flow.Break),
            "continue" => LoopControl(tag, Flow.Continue),
            "include" or "import" or "from" or "extends" or "block" or "autoescape" or "do" or "trans" =>
                throw _tokens.Error($"the tag '{tag.Text}' is not available in chat templates", tag.Line),
            _ => throw _tokens.Error($"encountered unknown tag '{tag.Text}'", tag.Line),
        };

    private IfStatement ParseIf(Token tag)
    {
        var branches = new List<(Expression, Block)>();
        var otherwise = Block.Empty;
        while (true)
        {
            var condition = _expressions.ParseTuple(allowsConditional: false);
            _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
            branches.Add((condition, ParseBlock(tag.Text, tag.Line, "elif", "else", "endif")));
            var end = _tokens.Take();
            if (end.Text == "elif")
                continue;
            if (end.Text == "else")
            {
                _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
                otherwise = ParseBlock(tag.Text, tag.Line, "endif");
                _tokens.Take();
            }
            return new IfStatement(branches, otherwise, tag.Line);
        }
    }

    private ForStatement ParseFor(Token tag)
    {
        var target = ParseTarget("in");
        _tokens.ExpectName("in");
        var iterable = _expressions.ParseTuple(allowsConditional: false, endName: "recursive");
        var condition = _tokens.SkipName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.SkipName("recursive");
        _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
        _loops++;
        var body = ParseBlock(tag.Text, tag.Line, "endfor", "else");
        _loops--;
        var otherwise = Block.Empty;
        if (_tokens.Take().Text == "else")
        {
            _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
            otherwise = ParseIsolated(() => ParseBlock(tag.Text, tag.Line, "endfor"));
            _tokens.Take();
        }
        return new ForStatement(target, iterable, condition, body, otherwise, isRecursive, tag.Line);
    }

    private Statement ParseSet(Token tag)
    {
        var target = ParseTarget(null);
        if (_tokens.SkipOperator("="))
            return new SetStatement(target, _expressions.ParseTuple(), tag.Line);
        var filters = new List<FilterCall>();
        while (_tokens.SkipOperator("|"))
            filters.Add(_expressions.ParseFilter());
        return new CaptureStatement(target, filters, ParseIsolated(tag, "endset"), tag.Line);
    }

    private CaptureStatement ParseFilterBlock(Token tag)
    {
        var filters = new List<FilterCall>();
        do filters.Add(_expressions.ParseFilter());
        while (_tokens.SkipOperator("|"));
        return new CaptureStatement(null, filters, ParseIsolated(tag, "endfilter"), tag.Line);
    }

    private WithStatement ParseWith(Token tag)
    {
        var assignments = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
                _tokens.ExpectOperator(",");
            var target = ParseTarget(null, takesSeveral: false);
            _tokens.ExpectOperator("=");
            assignments.Add((target, _expressions.Parse()));
        }
        _tokens.Take();
        var body = ParseBlock(tag.Text, tag.Line, "endwith");
        _tokens.Take();
        return new WithStatement(assignments, body, tag.Line);
    }

    private MacroStatement ParseMacro(Token tag)
    {
        var name = _tokens.Expect(TokenKind.Name, "the name of a macro").Text;
        return new MacroStatement(ParseDefinition(name, ParseParameters, tag, "endmacro"));
    }

    private CallBlockStatement ParseCall(Token tag)
    {
        var parameters = _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        var line = _tokens.Line;
        if (_expressions.ParseOperand() is not CallExpression call)
            throw _tokens.Error("expected a call behind 'call'", line);
        return new CallBlockStatement(call, ParseDefinition("caller", () => parameters, tag, "endcall"), tag.Line);
    }

    // Names read anywhere inside count, as in Jinja: they decide which surplus arguments the macro accepts.
    private MacroDefinition ParseDefinition(
        string name,
        Func<IReadOnlyList<(string, Expression?)>> parseParameters,
        Token tag,
        string end
    )
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        _macroNames.Push(names);
        var parameters = parseParameters();
        var body = ParseIsolated(tag, end);
        _macroNames.Pop();
        foreach (var (declared, _) in parameters)
            names.Remove(declared);
        return new MacroDefinition(
            name,
            parameters,
            body,
            names.Contains("caller"),
            names.Contains("kwargs"),
            names.Contains("varargs")
        );
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
                _tokens.ExpectOperator(",");
            var name = _tokens.Expect(TokenKind.Name, "the name of a parameter");
            if (parameters.Count > 255 || parameters.Exists(parameter => parameter.Name == name.Text))
                throw _tokens.Error($"parameter '{name.Text}' is one too many or declared twice", name.Line);
            var otherwise = _tokens.SkipOperator("=") ? _expressions.Parse() : null;
            if (otherwise is null && parameters.Exists(parameter => parameter.Default is not null))
                throw _tokens.Error("non-default argument follows default argument", name.Line);
            parameters.Add((name.Text, otherwise));
        }
        _tokens.Take();
        return parameters;
    }

    // A body that is captured: break and continue cannot leave it.
    private Block ParseIsolated(Token tag, string end)
    {
        _tokens.Expect(TokenKind.BlockEnd, "end of statement block");
        var body = ParseIsolated(() => ParseBlock(tag.Text, tag.Line, end));
        _tokens.Take();
        return body;
    }

    private Block ParseIsolated(Func<Block> parse)
    {
        var loops = _loops;
        _loops = 0;
        var block = parse();
        _loops = loops;
        return block;
    }

    private LoopControlStatement LoopControl(Token tag, Flow flow) =>
        _loops > 0 ? new LoopControlStatement(flow) : throw _tokens.Error($"'{tag.Text}' outside of a loop", tag.Line);

    private Target ParseTarget(string? endName, bool takesSeveral = true)
    {
        _tokens.Enter();
        var targets = new List<Target>();
        var isTuple = false;
        do
        {
            if (
                targets.Count > 0
                    && (endName is null ? _tokens.Current.IsOperator("=") : _tokens.Current.IsName(endName))
                || _tokens.Current.IsOperator(")")
            )
                break;
            targets.Add(ParseSingleTarget());
            isTuple |= takesSeveral && _tokens.Current.IsOperator(",");
        } while (takesSeveral && _tokens.SkipOperator(","));
        _tokens.Leave();
        if (targets.Count == 0)
            throw _tokens.Unexpected("a name to assign to");
        return isTuple ? new TupleTarget(targets) : targets[0];
    }

    private Target ParseSingleTarget()
    {
        if (_tokens.SkipOperator("("))
        {
            var inner = ParseTarget(null);
            _tokens.ExpectOperator(")");
            return inner;
        }
        var name = _tokens.Expect(TokenKind.Name, "a name to assign to");
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
            throw _tokens.Error($"can't assign to '{name.Text}'", name.Line);
        return _tokens.SkipOperator(".")
            ? new NamespaceTarget(name.Text, _tokens.Expect(TokenKind.Name, "the name of an attribute").Text)
            : new NameTarget(name.Text);
    }

    private void NoteName(string name)
    {
        if (name is "caller" or "kwargs" or "varargs")
        {
            foreach (var names in _macroNames)
                names.Add(name);
        }
    }
}
