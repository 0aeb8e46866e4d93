// Owns 'text {}'.format(values).
using System.Globalization;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class BraceFormat
{
    /// <summary>Python's <c>str.format</c>: fields by number, order or name, with attributes, items, conversions and specs.</summary>
    public static Value Apply(StringValue format, ArgumentReader arguments, Rendering rendering)
    {
        var given = arguments.Rest();
        var builder = new TextBuilder(rendering);
        var next = 0;
        Expand(format.Text, builder, isNested: false);
        return new StringValue(builder.ToString(), format.IsMarkup);

        void Expand(string text, TextBuilder target, bool isNested)
        {
            for (var at = 0; at < text.Length; )
            {
                var brace = text.AsSpan(at).IndexOfAny('{', '}');
                brace = brace < 0 ? text.Length : at + brace;
                target.Append(text.AsSpan(at, brace - at));
                at = brace + 1;
                if (brace == text.Length)
                    return;
                if (at < text.Length && text[at] == text[brace] && !isNested)
                {
                    target.Append(text[at++]);
                    continue;
                }
                if (text[brace] == '}')
                    throw rendering.Error("Single '}' encountered in format string");
                var end = FieldEnd(text, at, rendering);
                Field(text[at..end], target, isNested);
                at = end + 1;
            }
        }

        void Field(string field, TextBuilder target, bool isNested)
        {
            rendering.Charge(2 + given.Named.Count / 8);
            var colon = SpecStart(field);
            var spec = colon < 0 ? "" : field[(colon + 1)..];
            var name = colon < 0 ? field : field[..colon];
            var bang = name.LastIndexOf('!');
            var conversion = bang < 0 ? "" : name[(bang + 1)..];
            var value = Resolve(bang < 0 ? name : name[..bang]);
            if (spec.Contains('{'))
            {
                if (isNested)
                    throw rendering.Error("Max string recursion exceeded");
                var expanded = new TextBuilder(rendering);
                Expand(spec, expanded, isNested: true);
                spec = expanded.ToString();
            }
            value = conversion switch
            {
                "" => value,
                "s" => Conversion.SoftText(value, rendering),
                "r" or "a" => new StringValue(Conversion.Repr(value, rendering)),
                _ => throw rendering.Error($"Unknown conversion specifier '{conversion}'"),
            };
            target.Append(
                spec.Length == 0
                    ? Conversion.Text(value, rendering)
                    : FormatSpec.Parse(spec, rendering).Apply(value, rendering)
            );
        }

        Value Resolve(string path)
        {
            var end = path.AsSpan().IndexOfAny('.', '[');
            var head = end < 0 ? path : path[..end];
            Value value;
            if (head.Length == 0 || head.All(char.IsAsciiDigit))
            {
                var index = head.Length == 0 ? next++ : ParseIndex(head);
                value =
                    index < given.Positional.Count
                        ? given.Positional[index]
                        : throw rendering.Error($"Replacement index {index} out of range for positional args tuple");
            }
            else
            {
                value =
                    given.Named.FirstOrDefault(argument => argument.Key == head).Value
                    ?? throw rendering.Error($"the format field '{head}' has no argument");
            }
            for (var at = head.Length; at < path.Length; )
            {
                var isItem = path[at++] == '[';
                var stop = isItem ? path.IndexOf(']', at) : path.AsSpan(at).IndexOfAny('.', '[');
                stop =
                    stop < 0 ? path.Length
                    : isItem ? stop
                    : at + stop;
                var key = path[at..stop];
                value =
                    isItem && key.Length > 0 && key.All(char.IsAsciiDigit)
                        ? Access.Item(value, IntValue.Of(ParseIndex(key)), rendering)
                    : isItem ? Access.Item(value, new StringValue(key), rendering)
                    : Access.Attribute(value, new StringValue(key), rendering);
                at = isItem ? stop + 1 : stop;
            }
            return value;
        }

        int ParseIndex(string digits) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : throw rendering.Error("Too many decimal digits in format string");
    }

    private static int FieldEnd(string text, int at, Rendering rendering)
    {
        var depth = 1;
        for (; at < text.Length; at++)
        {
            if (text[at] == '{')
                depth++;
            else if (text[at] == '}' && --depth == 0)
                return at;
        }
        throw rendering.Error("expected '}' before end of string");
    }

    // The first colon outside of [brackets].
    private static int SpecStart(string field)
    {
        var isInBrackets = false;
        for (var at = 0; at < field.Length; at++)
        {
            if (field[at] == '[')
                isInBrackets = true;
            else if (field[at] == ']')
                isInBrackets = false;
            else if (field[at] == ':' && !isInBrackets)
                return at;
        }
        return -1;
    }
}
