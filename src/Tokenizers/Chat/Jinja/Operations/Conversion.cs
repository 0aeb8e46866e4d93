// Owns conversions between values and .NET types, and Python's str(), repr(), int() and float().
using System.Globalization;
using System.Numerics;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Conversion
{
    /// <summary>The number of an int, float or bool; null for other types.</summary>
    public static Number? TryNumber(Value value) =>
        value switch
        {
            IntValue integer => new Number(integer.Number),
            FloatValue real => new Number(real.Number),
            BoolValue flag => new Number(flag.IsTrue ? BigInteger.One : BigInteger.Zero),
            _ => null,
        };

    /// <summary>An index: an int or bool, clamped to a range that no length reaches; null for other types.</summary>
    public static long? TryIndex(Value value) =>
        TryNumber(value) is { IsFloat: false } number
            ? (long)BigInteger.Clamp(number.Integer, int.MinValue, int.MaxValue)
            : null;

    public static int ToInt32(Value value, string what, Rendering rendering) =>
        (int)(TryIndex(value) ?? throw rendering.Error($"{what} must be an integer, not {value.TypeName}"));

    /// <summary>Python's <c>str()</c>.</summary>
    public static string Text(Value value, Rendering rendering)
    {
        switch (value)
        {
            case StringValue text:
                return text.Text;
            case UndefinedValue:
                return "";
            default:
                var builder = new TextBuilder(rendering);
                value.WriteText(builder);
                return builder.ToString();
        }
    }

    /// <summary>Python's <c>str()</c> of anything but a string, which stays what it is (markup included).</summary>
    public static StringValue SoftText(Value value, Rendering rendering) =>
        value as StringValue ?? new StringValue(Text(value, rendering));

    /// <summary>Python's <c>repr()</c>.</summary>
    public static string Repr(Value value, Rendering rendering)
    {
        var builder = new TextBuilder(rendering);
        value.WriteRepr(builder);
        return builder.ToString();
    }

    /// <summary>The list of a sequence; an error for what is not iterable.</summary>
    public static List<Value> ToList(Value value, Rendering rendering)
    {
        var list = new List<Value>();
        foreach (var item in Iteration.Over(value, rendering))
        {
            if (list.Count % 1024 == 1023)
                rendering.CheckItems(list.Count);
            list.Add(item);
        }
        rendering.CheckItems(list.Count);
        return list;
    }

    /// <summary>Python's <c>int(text, radix)</c>, or null when the text is not an integer.</summary>
    public static BigInteger? ParseInteger(string text, int radix, Rendering rendering)
    {
        var digits = text.AsSpan().Trim();
        var isNegative = digits.StartsWith("-");
        if (isNegative || digits.StartsWith("+"))
            digits = digits[1..];
        foreach (var (prefix, prefixRadix) in new[] { ("0x", 16), ("0o", 8), ("0b", 2) })
        {
            if (
                radix is 0 or 2 or 8 or 16
                && digits.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && radix is 0 | radix == prefixRadix
            )
            {
                digits = digits[2..];
                radix = prefixRadix;
            }
        }
        radix = radix == 0 ? 10 : radix;
        if (digits.IsEmpty || digits[^1] == '_' || digits[0] == '_' || digits.IndexOf("__") >= 0)
            return null;
        rendering.CheckIntegerBits(digits.Length * Math.Log2(radix) - Math.Log2(radix));
        var number = BigInteger.Zero;
        foreach (var digit in digits)
        {
            if (digit == '_')
                continue;
            var value =
                char.IsAsciiDigit(digit) ? digit - '0'
                : char.IsAsciiLetter(digit) ? (digit | 0x20) - 'a' + 10
                : 99;
            if (value >= radix)
                return null;
            number = number * radix + value;
        }
        return isNegative ? -number : number;
    }

    /// <summary>Python's <c>float(text)</c>, or null when the text is not a float.</summary>
    public static double? ParseFloat(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var unsigned = trimmed.TrimStart("+-");
        if (trimmed.Length - unsigned.Length > 1)
            return null;
        var sign = trimmed.StartsWith("-") ? -1 : 1;
        if (
            unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase)
        )
            return sign * double.PositiveInfinity;
        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return
            !unsigned.IsEmpty
            && char.IsAsciiDigit(unsigned.TrimStart('.').IsEmpty ? 'x' : unsigned.TrimStart('.')[0])
            && double.TryParse(unsigned, Style, CultureInfo.InvariantCulture, out var number)
            ? sign * number
            : null;
    }
}
