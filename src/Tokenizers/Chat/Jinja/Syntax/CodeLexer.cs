// Owns the tokens inside one tag: names, numbers, strings, operators, and where the tag ends.
using System.Globalization;
using System.Text;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>Reads the code of one <c>{% … %}</c> or <c>{{ … }}</c> tag.</summary>
internal sealed class CodeLexer(string source, int position, int line, char closer, List<Token> tokens)
{
    private static readonly string[] Operators =
    [
        .. new[] { "//", "**", "==", "!=", ">=", "<=" },
        .. "+-/*%~[](){}><=.:|,;".Select(symbol => symbol.ToString()),
    ];

    private readonly Stack<char> _brackets = [];
    private int _position = position;
    private int _line = line;

    /// <summary>Adds the tokens up to the end of the tag and returns where it closes, or null at the end of the source.</summary>
    public (int Close, char Sign)? Read()
    {
        while (_position < source.Length)
        {
            var current = source[_position];
            if (_brackets.Count == 0 && MatchEnd() is { } end)
                return end;
            if (PythonText.IsSpace(current))
                Advance(1);
            else if (char.IsAsciiDigit(current))
                ReadNumber();
            else if (current == '_' || char.IsLetter(current))
                ReadName();
            else if (current is '"' or '\'')
                ReadString(current);
            else
                ReadOperator();
        }
        return null;
    }

    private (int Close, char Sign)? MatchEnd()
    {
        var sign = source[_position] == '-' || (closer == '%' && source[_position] == '+') ? source[_position] : '\0';
        var close = sign == '\0' ? _position : _position + 1;
        return close + 1 < source.Length && source[close] == closer && source[close + 1] == '}' ? (close, sign) : null;
    }

    private void ReadName()
    {
        var end = _position;
        while (end < source.Length && (source[end] == '_' || char.IsLetterOrDigit(source[end])))
            end++;
        Add(TokenKind.Name, source[_position..end], end);
    }

    private void ReadNumber()
    {
        var start = _position;
        if (
            source[start] == '0'
            && start + 1 < source.Length
            && source[start + 1] is 'x' or 'X' or 'o' or 'O' or 'b' or 'B'
        )
        {
            var stop = start + 2;
            while (stop < source.Length && (char.IsAsciiHexDigit(source[stop]) || source[stop] == '_'))
                stop++;
            Add(TokenKind.Integer, source[start..stop].Replace("_", "", StringComparison.Ordinal), stop);
            return;
        }
        var end = Digits(start);
        var kind = TokenKind.Integer;
        // A number behind a dot is an item number (x.0.1), never a fraction.
        var mayBeFraction = start == 0 || source[start - 1] != '.';
        if (mayBeFraction && end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            kind = TokenKind.Float;
            end = Digits(end + 1);
        }
        if (mayBeFraction && end + 1 < source.Length && source[end] is 'e' or 'E')
        {
            var digits = source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < source.Length && char.IsAsciiDigit(source[digits]))
            {
                kind = TokenKind.Float;
                end = Digits(digits);
            }
        }
        Add(kind, source[start..end].Replace("_", "", StringComparison.Ordinal), end);
    }

    private int Digits(int at)
    {
        while (
            at < source.Length
            && (
                char.IsAsciiDigit(source[at])
                || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))
            )
        )
            at++;
        return at;
    }

    private void ReadString(char quote)
    {
        var text = new StringBuilder();
        var at = _position + 1;
        while (true)
        {
            if (at >= source.Length)
                throw Error($"the string that opens with {quote} is not closed");
            var current = source[at++];
            if (current == quote)
                break;
            if (current != '\\')
                text.Append(current);
            else if (at < source.Length)
                at = ReadEscape(at, text);
        }
        Add(TokenKind.String, text.ToString(), at);
    }

    // The escapes of a Python string; an unknown one stands for itself.
    private int ReadEscape(int at, StringBuilder text)
    {
        var escape = source[at++];
        switch (escape)
        {
            case '\n':
                return at;
            case 'x':
                return ReadCodePoint(at, 2, text);
            case 'u':
                return ReadCodePoint(at, 4, text);
            case 'U':
                return ReadCodePoint(at, 8, text);
            case >= '0' and <= '7':
                var value = escape - '0';
                for (var digits = 1; digits < 3 && at < source.Length && source[at] is >= '0' and <= '7'; digits++)
                    value = value * 8 + (source[at++] - '0');
                text.Append((char)value);
                return at;
            default:
                var index = "\\'\"abfnrtv".IndexOf(escape, StringComparison.Ordinal);
                if (index < 0)
                    text.Append('\\').Append(escape);
                else
                    text.Append("\\'\"\a\b\f\n\r\t\v"[index]);
                return at;
        }
    }

    private int ReadCodePoint(int at, int digits, StringBuilder text)
    {
        if (
            at + digits > source.Length
            || !int.TryParse(
                source.AsSpan(at, digits),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var value
            )
            || value is < 0 or > 0x10FFFF
        )
            throw Error($"the escape \\{source[at - 1]} needs {digits} hexadecimal digits of a Unicode character");
        if (value < 0x10000)
            text.Append((char)value);
        else
            text.Append(char.ConvertFromUtf32(value));
        return at + digits;
    }

    private void ReadOperator()
    {
        foreach (var symbol in Operators)
        {
            if (string.CompareOrdinal(source, _position, symbol, 0, symbol.Length) != 0)
                continue;
            Balance(symbol[0]);
            Add(TokenKind.Operator, symbol, _position + symbol.Length);
            return;
        }
        throw Error($"unexpected character '{source[_position]}'");
    }

    private void Balance(char symbol)
    {
        switch (symbol)
        {
            case '(':
                _brackets.Push(')');
                break;
            case '[':
                _brackets.Push(']');
                break;
            case '{':
                _brackets.Push('}');
                break;
            case ')' or ']' or '}':
                if (!_brackets.TryPop(out var expected))
                    throw Error($"unexpected '{symbol}'");
                if (expected != symbol)
                    throw Error($"unexpected '{symbol}', expected '{expected}'");
                break;
        }
    }

    private void Add(TokenKind kind, string text, int end)
    {
        tokens.Add(new Token(kind, text, _line));
        Advance(end - _position);
    }

    private void Advance(int count)
    {
        _line += source.AsSpan(_position, count).Count('\n');
        _position += count;
    }

    private ChatTemplateSyntaxException Error(string problem) => new(problem, _line);
}
