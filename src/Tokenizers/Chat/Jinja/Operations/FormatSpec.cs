// Owns the mini-language that str.format and % share: fill, alignment, sign, width, grouping, precision, type.
using System.Globalization;
using System.Numerics;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>One parsed format specification, such as <c>&gt;8.2f</c>.</summary>
internal sealed record FormatSpec
{
    public string Fill { get; init; } = " ";
    public char Align { get; init; }
    public char Sign { get; init; } = '-';
    public bool IsAlternate { get; init; }
    public int Width { get; init; }
    public char Grouping { get; init; }
    public int? Precision { get; init; }
    public char Type { get; init; }

    /// <summary>Parses <c>[[fill]align][sign][#][0][width][,_][.precision][type]</c>.</summary>
    public static FormatSpec Parse(string text, Rendering rendering)
    {
        var spec = new FormatSpec();
        var at = 0;
        var fillWidth = text.Length > 0 ? PythonText.WidthAt(text, 0) : 0;
        if (fillWidth < text.Length && text[fillWidth] is '<' or '>' or '^' or '=')
        {
            spec = spec with { Fill = text[..fillWidth], Align = text[fillWidth] };
            at = fillWidth + 1;
        }
        else if (text.Length > 0 && text[0] is '<' or '>' or '^' or '=')
        {
            spec = spec with { Align = text[at++] };
        }
        if (at < text.Length && text[at] is '+' or '-' or ' ')
            spec = spec with { Sign = text[at++] };
        if (at < text.Length && text[at] == '#')
            (spec, at) = (spec with { IsAlternate = true }, at + 1);
        if (at < text.Length && text[at] == '0')
        {
            spec = spec.Align == '\0' ? spec with { Fill = "0", Align = '=' } : spec;
            at++;
        }
        spec = spec with { Width = Digits(text, ref at, rendering) ?? 0 };
        if (at < text.Length && text[at] is ',' or '_')
            spec = spec with { Grouping = text[at++] };
        if (at < text.Length && text[at] == '.')
        {
            at++;
            spec = spec with
            {
                Precision =
                    Digits(text, ref at, rendering) ?? throw rendering.Error("Format specifier missing precision"),
            };
        }
        if (at < text.Length)
            spec = spec with { Type = text[at++] };
        return at == text.Length ? spec : throw rendering.Error($"Invalid format specifier '{text}'");
    }

    /// <summary>Formats a value as Python's <c>format(value, spec)</c>.</summary>
    public string Apply(Value value, Rendering rendering)
    {
        if (Conversion.TryNumber(value) is not { } number || (value is BoolValue && Type == '\0'))
            return OfText(Conversion.Text(value, rendering), value, rendering);
        if (Type is 's')
            throw rendering.Error($"Unknown format code 's' for object of type '{value.TypeName}'");
        var isFloat = number.IsFloat || Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%';
        var text = isFloat ? OfFloat(number.Float, rendering) : OfInteger(number.Integer, value, rendering);
        return Pad(text, '>', rendering);
    }

    private string OfText(string text, Value value, Rendering rendering)
    {
        if (Type is not ('\0' or 's'))
            throw rendering.Error($"Unknown format code '{Type}' for object of type '{value.TypeName}'");
        if (Precision is { } precision && precision < PythonText.Length(text))
            text = text[..PythonText.Position(text, precision)];
        return Pad(text, '<', rendering);
    }

    private string OfInteger(BigInteger number, Value value, Rendering rendering)
    {
        if (Precision is not null)
            throw rendering.Error("Precision not allowed in integer format specifier");
        if (Type == 'c')
            return number >= 0 && number < 0x110000 && (number < 0xD800 || number > 0xDFFF)
                ? char.ConvertFromUtf32((int)number)
                : throw rendering.Error("%c arg not in range(0x110000)");
        var magnitude = BigInteger.Abs(number);
        var (prefix, digits) = Type switch
        {
            '\0' or 'd' or 'n' or 'i' or 'u' => ("", magnitude.ToString(CultureInfo.InvariantCulture)),
            'x' => ("0x", Radix(magnitude, "x")),
            'X' => ("0X", Radix(magnitude, "X")),
            'o' => ("0o", Octal(magnitude)),
            'b' => ("0b", Radix(magnitude, "b")),
            _ => throw rendering.Error($"Unknown format code '{Type}' for object of type '{value.TypeName}'"),
        };
        return SignOf(number.Sign < 0)
            + (IsAlternate ? prefix : "")
            + Group(digits, Type is 'x' or 'X' or 'o' or 'b' ? 4 : 3);
    }

    private string OfFloat(double number, Rendering rendering)
    {
        var precision = Precision ?? 6;
        rendering.CheckIntegerBits(precision * Math.Log2(10));
        var magnitude = Math.Abs(number);
        var text = Type switch
        {
            _ when PythonFloat.Special(magnitude) is { } special => special,
            'f' or 'F' => PythonFloat.Fixed(magnitude, precision),
            '%' => PythonFloat.Fixed(magnitude * 100, precision) + "%",
            'e' or 'E' => Scientific(magnitude, precision),
            '\0' when Precision is null => PythonFloat.Format(magnitude),
            '\0' or 'g' or 'G' or 'n' => General(magnitude, Math.Max(1, precision)),
            _ => throw rendering.Error($"Unknown format code '{Type}' for object of type 'float'"),
        };
        if (Type is 'E' or 'F' or 'G')
            text = text.ToUpperInvariant();
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var whole = end < 0 ? text.Length : end;
        return SignOf(double.IsNegative(number)) + Group(text[..whole], 3) + text[whole..];
    }

    private static string Scientific(double magnitude, int precision)
    {
        var text = magnitude.ToString(
            "e" + precision.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );
        var mark = text.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..mark]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private string General(double magnitude, int digits)
    {
        var scientific = Scientific(magnitude, digits - 1);
        var mark = scientific.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(
            scientific.AsSpan(mark + 1),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture
        );
        if (exponent < -4 || exponent >= digits)
            return Trim(scientific[..mark]) + scientific[mark..];
        var text = Trim(PythonFloat.Fixed(magnitude, digits - 1 - exponent));
        return Type == '\0' && !text.Contains('.') ? text + ".0" : text;

        string Trim(string number) => IsAlternate || !number.Contains('.') ? number : number.TrimEnd('0').TrimEnd('.');
    }

    private string SignOf(bool isNegative) =>
        isNegative ? "-"
        : Sign == '-' ? ""
        : Sign.ToString();

    private string Group(string digits, int size)
    {
        if (Grouping == '\0')
            return digits;
        for (var at = digits.Length - size; at > 0; at -= size)
            digits = digits.Insert(at, Grouping.ToString());
        return digits;
    }

    private string Pad(string text, char natural, Rendering rendering)
    {
        var missing = (long)Width - PythonText.Length(text);
        if (missing <= 0)
            return text;
        var builder = new TextBuilder(rendering);
        rendering.CheckString(missing * Fill.Length);
        var align = Align == '\0' ? natural : Align;
        var head = align == '=' && text[0] is '-' or '+' or ' ' ? 1 : 0;
        var before = align switch
        {
            '<' => 0,
            '^' => missing / 2,
            _ => missing,
        };
        builder.Append(text.AsSpan(0, head));
        AppendFill(builder, before);
        builder.Append(text.AsSpan(head));
        AppendFill(builder, missing - before);
        return builder.ToString();
    }

    private void AppendFill(TextBuilder builder, long count)
    {
        for (var i = 0L; i < count; i++)
            builder.Append(Fill);
    }

    private static string Radix(BigInteger magnitude, string format)
    {
        var text = magnitude.ToString(format, CultureInfo.InvariantCulture).TrimStart('0');
        return text.Length == 0 ? "0" : text;
    }

    private static string Octal(BigInteger magnitude)
    {
        var digits = new Stack<char>();
        do
        {
            digits.Push((char)('0' + (int)(magnitude % 8)));
            magnitude /= 8;
        } while (!magnitude.IsZero);
        return new string([.. digits]);
    }

    private static int? Digits(string text, ref int at, Rendering rendering)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at == start)
            return null;
        return int.TryParse(
            text.AsSpan(start, at - start),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw rendering.Error("Too many decimal digits in format string");
    }
}
