// Owns the cut of a template into text and tags, and which white space around tags disappears: trim_blocks (the line
// break after a block or comment tag), lstrip_blocks (the indentation before one) and the explicit signs '-' and '+'.
// Behaviour: Jinja 3.1, "Whitespace Control", with the settings of Hugging Face transformers.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Syntax;

/// <summary>Turns the source of a template into tokens.</summary>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private bool _lineStarts = true;

    private Lexer(string source) => _source = source;

    /// <summary>Tokenizes a template; the last token is <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="ChatTemplateSyntaxException">A character, string or comment is malformed.</exception>
    public static List<Token> Tokenize(string source)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(text.EndsWith('\n') ? text[..^1] : text);
        while (lexer.ReadTextAndTag()) { }
        lexer._tokens.Add(new Token(TokenKind.End, "", lexer._line));
        return lexer._tokens;
    }

    private bool ReadTextAndTag()
    {
        var tag = FindTag();
        if (tag < 0)
        {
            AddData(_source[_position..]);
            return false;
        }
        var kind = _source[tag + 1];
        var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : '\0';
        AddData(StripBeforeTag(_source[_position..tag], sign, kind == '{'));
        AdvanceTo(tag + (sign == '\0' ? 2 : 3));
        _lineStarts = false;
        if (kind == '#')
            SkipComment();
        else if (kind == '%' && MatchWordTag("raw", _position, rawEnd: false) is { } body)
            ReadRaw(body);
        else
            ReadCode(kind == '%');
        return true;
    }

    private int FindTag()
    {
        for (var at = _position; ; at++)
        {
            at = _source.IndexOf('{', at);
            if (at < 0 || at + 1 >= _source.Length)
                return -1;
            if (_source[at + 1] is '%' or '{' or '#')
                return at;
        }
    }

    private string StripBeforeTag(string text, char sign, bool printsValue)
    {
        if (sign == '-')
            return text[..PythonText.TrimmedEnd(text)];
        if (sign == '+' || printsValue)
            return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        if (lineStart == 0 && !_lineStarts)
            return text;
        return PythonText.IsBlank(text.AsSpan(lineStart)) ? text[..lineStart] : text;
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
            throw Error("the comment is not closed with '#}'");
        var sign = end > _position && _source[end - 1] is '-' or '+' ? _source[end - 1] : '\0';
        CloseTag(end, sign, trimsLineBreak: true);
    }

    // Behind the two characters that close a tag: '-' removes all white space, else trim_blocks one line break.
    private void CloseTag(int close, char sign, bool trimsLineBreak)
    {
        var next = close + 2;
        if (sign == '-')
        {
            while (next < _source.Length && PythonText.IsSpace(_source[next]))
                next++;
        }
        else if (sign != '+' && trimsLineBreak && next < _source.Length && _source[next] == '\n')
        {
            next++;
        }
        AdvanceTo(next);
        _lineStarts = _source[next - 1] == '\n';
    }

    // The position behind "word" when only white space, the word and the end of the tag follow.
    private (int Close, char Sign)? MatchWordTag(string word, int at, bool rawEnd)
    {
        while (at < _source.Length && PythonText.IsSpace(_source[at]))
            at++;
        if (string.CompareOrdinal(_source, at, word, 0, word.Length) != 0)
            return null;
        at += word.Length;
        while (at < _source.Length && PythonText.IsSpace(_source[at]))
            at++;
        var sign = at < _source.Length && (_source[at] == '-' || (rawEnd && _source[at] == '+')) ? _source[at] : '\0';
        var close = sign == '\0' ? at : at + 1;
        return string.CompareOrdinal(_source, close, "%}", 0, 2) == 0 ? (close, sign) : null;
    }

    private void ReadRaw((int Close, char Sign) begin)
    {
        CloseTag(begin.Close, begin.Sign, trimsLineBreak: false);
        for (var at = _position; ; at += 2)
        {
            at = _source.IndexOf("{%", at, StringComparison.Ordinal);
            if (at < 0)
                throw Error("the raw block is not closed with '{% endraw %}'");
            var sign = at + 2 < _source.Length && _source[at + 2] is '-' or '+' ? _source[at + 2] : '\0';
            if (MatchWordTag("endraw", at + (sign == '\0' ? 2 : 3), rawEnd: true) is not { } end)
                continue;
            AddData(StripBeforeTag(_source[_position..at], sign, printsValue: false));
            CloseTag(end.Close, end.Sign, trimsLineBreak: true);
            return;
        }
    }

    private void ReadCode(bool isBlock)
    {
        _tokens.Add(new Token(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", _line));
        var code = new CodeLexer(_source, _position, _line, isBlock ? '%' : '}', _tokens);
        if (code.Read() is not { } end)
        {
            AdvanceTo(_source.Length);
            return;
        }
        AdvanceTo(end.Close);
        _tokens.Add(new Token(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "", _line));
        CloseTag(end.Close, end.Sign, isBlock);
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
            _tokens.Add(new Token(TokenKind.Data, text, _line));
    }

    private void AdvanceTo(int position)
    {
        _line += _source.AsSpan(_position, position - _position).Count('\n');
        _position = position;
    }

    private ChatTemplateSyntaxException Error(string problem) => new(problem, _line);
}
