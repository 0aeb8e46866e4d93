// Owns the filters that make strings.
using System.Globalization;
using System.Text;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TextFilters
{
    /// <summary>A method of the string that a value prints as.</summary>
    public static Value Call(
        Value subject,
        string method,
        Rendering rendering,
        params IReadOnlyList<Value> arguments
    ) => StringMethods.Find(Conversion.SoftText(subject, rendering), method)!.Call(Arguments.Of(arguments), rendering);

    public static Value Escape(Value subject, Rendering rendering) =>
        Markup.Escape(Conversion.SoftText(subject, rendering), rendering);

    public static Value Format(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var rest = arguments.Rest();
        if (rest.Named.Count == 0)
            return PercentFormat.Apply(
                Conversion.SoftText(subject, rendering),
                new TupleValue(rest.Positional),
                rendering
            );
        if (rest.Positional.Count > 0)
            throw rendering.Error("can't handle positional and keyword arguments at the same time");
        return PercentFormat.Apply(
            Conversion.SoftText(subject, rendering),
            Globals.Dictionary(rest, rendering),
            rendering
        );
    }

    public static Value Indent(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var width = arguments.Next("width");
        var indentation =
            width is StringValue text ? text.Text
            : Arithmetic.Apply("*", new StringValue(" "), width ?? IntValue.Of(4), rendering) is StringValue spaces
                ? spaces.Text
            : "";
        var indentsFirst = arguments.NextBool("first", false);
        var indentsBlank = arguments.NextBool("blank", false);
        var source = Conversion.SoftText(subject, rendering);
        // With a line break added, a break at the end of the text counts as one more (empty) line.
        var lines = TextSplit.Lines(rendering.Text(source.Text + "\n"), keepsEnds: false, rendering).Elements;
        var builder = new TextBuilder(rendering);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = ((StringValue)lines[i]).Text;
            if (i > 0)
                builder.Append('\n');
            if (i == 0 ? indentsFirst : indentsBlank || line.Length > 0)
                builder.Append(indentation);
            builder.Append(line);
        }
        return new StringValue(builder.ToString(), source.IsMarkup);
    }

    public static Value Join(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var separator = Conversion.Text(arguments.Next("d") ?? StringValue.Empty, rendering);
        var path = AttributePath.Parse(arguments.Next("attribute"), null);
        var builder = new TextBuilder(rendering);
        var isFirst = true;
        foreach (var item in Iteration.Over(subject, rendering))
        {
            if (!isFirst)
                builder.Append(separator);
            isFirst = false;
            path.Get(item, rendering).WriteText(builder);
        }
        return new StringValue(builder.ToString());
    }

    public static Value Replace(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var text = new StringValue(Conversion.Text(subject, rendering));
        var old = Conversion.Text(arguments.Require("old"), rendering);
        var replacement = Conversion.Text(arguments.Require("new"), rendering);
        var count = arguments.Next("count") is { } limit and not NoneValue
            ? Conversion.ToInt32(limit, "filter 'replace' argument 'count'", rendering)
            : -1;
        return TextParts.Replace(text, old, replacement, count, rendering);
    }

    /// <summary>Jinja's title case: words begin after white space, hyphens and opening brackets only.</summary>
    public static Value Title(Value subject, Rendering rendering)
    {
        var source = Conversion.SoftText(subject, rendering);
        var title = new StringBuilder(source.Text.Length);
        var startsWord = true;
        foreach (var character in source.Text)
        {
            title.Append(startsWord ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));
            startsWord = PythonText.IsSpace(character) || character is '-' or '(' or '{' or '[' or '<';
        }
        return StringMethods.Made(source, title.ToString(), rendering);
    }

    public static Value Truncate(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var source = Conversion.SoftText(subject, rendering);
        var length = arguments.NextInt("length", 255);
        var cutsWords = arguments.NextBool("killwords", false);
        var ending = arguments.NextText("end") ?? "...";
        var leeway = arguments.NextInt("leeway", 5);
        var kept = length - PythonText.Length(ending);
        if (kept < 0 || leeway < 0)
            throw rendering.Error(
                $"filter 'truncate' needs a length of at least that of '{ending}' and a leeway of at least 0"
            );
        if (PythonText.Length(source.Text) <= (long)length + leeway)
            return source;
        var text = source.Text[..PythonText.Position(source.Text, kept)];
        var space = text.LastIndexOf(' ');
        return rendering.Text((cutsWords || space < 0 ? text : text[..space]) + ending);
    }

    public static Value StripTags(Value subject, Rendering rendering)
    {
        var text = Conversion.Text(subject, rendering);
        var kept = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var isComment = string.CompareOrdinal(text, at, "<!--", 0, 4) == 0;
            var close = text[at] != '<' ? -1 : text.IndexOf(isComment ? "-->" : ">", at, StringComparison.Ordinal);
            rendering.Charge(close < 0 && text[at] == '<' ? 1 + (text.Length - at) / 16 : 0);
            if (close < 0)
                kept.Append(text[at]);
            else
                at = close + (isComment ? 2 : 0);
        }
        var words = kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return rendering.Text(string.Join(' ', words));
    }

    public static Value UrlEncode(Value subject, Rendering rendering)
    {
        if (subject is StringValue or not (DictValue or SequenceValue))
            return Quote(Conversion.Text(subject, rendering), isForm: false, rendering);
        IEnumerable<(Value Key, Value Value)> pairs = subject is DictValue dict
            ? dict.Entries.Select(entry => (entry.Key, entry.Value))
            : ((SequenceValue)subject).Elements.Select(pair =>
                pair is SequenceValue { Elements: [var key, var value] }
                    ? (key, value)
                    : throw rendering.Error("filter 'urlencode' needs pairs of key and value")
            );
        var builder = new TextBuilder(rendering);
        foreach (var (key, value) in pairs)
        {
            if (builder.Length > 0)
                builder.Append('&');
            builder.Append(Quote(Conversion.Text(key, rendering), isForm: true, rendering).Text);
            builder.Append('=');
            builder.Append(Quote(Conversion.Text(value, rendering), isForm: true, rendering).Text);
        }
        return new StringValue(builder.ToString());
    }

    public static Value WordCount(Value subject, Rendering rendering)
    {
        var (count, isInWord) = (0, false);
        foreach (var character in Conversion.Text(subject, rendering))
        {
            var belongs = char.IsLetterOrDigit(character) || character == '_';
            count += belongs && !isInWord ? 1 : 0;
            isInWord = belongs;
        }
        return IntValue.Of(count);
    }

    private static StringValue Quote(string text, bool isForm, Rendering rendering)
    {
        var builder = new TextBuilder(rendering);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)unit;
            if (char.IsAsciiLetterOrDigit(character) || "_.-~".Contains(character) || (!isForm && character == '/'))
                builder.Append(character);
            else if (isForm && character == ' ')
                builder.Append('+');
            else
                builder.Append("%" + unit.ToString("X2", CultureInfo.InvariantCulture));
        }
        return new StringValue(builder.ToString());
    }
}
