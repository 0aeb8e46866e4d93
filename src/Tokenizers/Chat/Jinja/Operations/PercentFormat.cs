// Owns 'text %s' % values.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class PercentFormat
{
    /// <summary>Formats as Python's <c>%</c> operator with a value, a tuple of values or a dictionary.</summary>
    public static Value Apply(StringValue format, Value values, Rendering rendering)
    {
        var text = format.Text;
        rendering.Charge(1 + text.Length / 4);
        var builder = new TextBuilder(rendering);
        IReadOnlyList<Value> positional = values is TupleValue tuple ? tuple.Elements : [values];
        var next = 0;
        for (var at = 0; at < text.Length; )
        {
            var mark = text.IndexOf('%', at);
            mark = mark < 0 ? text.Length : mark;
            builder.Append(text.AsSpan(at, mark - at));
            at = mark + 1;
            if (mark == text.Length)
                break;
            Value? named = null;
            if (at < text.Length && text[at] == '(')
            {
                var close = text.IndexOf(')', at);
                if (close < 0)
                    throw rendering.Error("incomplete format key");
                if (values is not DictValue dict)
                    throw rendering.Error("format requires a mapping");
                var key = text[(at + 1)..close];
                named = dict.Find(key) ?? throw rendering.Error($"the format key '{key}' is missing");
                at = close + 1;
            }
            var start = at;
            while (
                at < text.Length && (text[at] is '-' or '+' or ' ' or '#' or '.' or '*' || char.IsAsciiDigit(text[at]))
            )
                at++;
            if (at >= text.Length)
                throw rendering.Error("incomplete format");
            var (flags, type) = (text[start..at], text[at++]);
            if (type == '%')
            {
                builder.Append('%');
                continue;
            }
            if (named is null && next >= positional.Count)
                throw rendering.Error("not enough arguments for format string");
            var formatted = Format(flags, type, named ?? positional[next++], rendering);
            builder.Append(format.IsMarkup ? Markup.Escape(new StringValue(formatted), rendering).Text : formatted);
        }
        if (next < positional.Count && values is not DictValue && (values is TupleValue || next == 0))
            throw rendering.Error("not all arguments converted during string formatting");
        return new StringValue(builder.ToString(), format.IsMarkup);
    }

    private static string Format(string flags, char type, Value value, Rendering rendering)
    {
        if (flags.Contains('*'))
            throw rendering.Error("'*' in a format is not supported");
        var alignsLeft = flags.Contains('-');
        var layout = flags.Replace("-", "", StringComparison.Ordinal);
        switch (type)
        {
            case 's':
            case 'r':
            case 'a':
                var text = type == 's' ? Conversion.Text(value, rendering) : Conversion.Repr(value, rendering);
                var spec = FormatSpec.Parse((alignsLeft ? "<" : ">") + layout.TrimStart('0', '+', ' ', '#'), rendering);
                return spec.Apply(new StringValue(text), rendering);
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o' or 'c' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                if (type == 'c' && value is StringValue)
                    return Conversion.Text(value, rendering);
                var number =
                    Conversion.TryNumber(value)
                    ?? throw rendering.Error($"%{type} format: a real number is required, not {value.TypeName}");
                if (type is 'd' or 'i' or 'u' && number.IsFloat)
                    value = NumericFilters.Truncate(number.Float, rendering);
                return FormatSpec.Parse((alignsLeft ? "<" : "") + layout + type, rendering).Apply(value, rendering);
            default:
                throw rendering.Error($"unsupported format character '{type}'");
        }
    }
}
