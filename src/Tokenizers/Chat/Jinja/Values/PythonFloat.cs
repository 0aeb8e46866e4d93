// Owns how Python spells floats: repr() and correctly rounded fixed notation.
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Tern.Tokenizers.Chat.Jinja.Values;

internal static class PythonFloat
{
    /// <summary>Python's <c>repr</c>: the shortest digits that read back, exponents below -4 and from 16.</summary>
    public static string Format(double value)
    {
        if (Special(value) is { } special)
            return special;
        var (digits, exponent) = ShortestDigits(value);
        var sign = double.IsNegative(value) ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        if (digits.Length <= exponent + 1)
            return $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}.0";
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Fixed notation with exactly rounded digits, ties to even, as <c>'%.2f'</c> writes it.</summary>
    public static string Fixed(double value, int precision)
    {
        if (Special(value) is { } special)
            return special;
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var exponent = (int)(bits >> 52);
        var mantissa = new BigInteger((bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52));
        var shift = Math.Max(exponent, 1) - 1075;
        var scaled = mantissa * BigInteger.Pow(10, precision);
        var rounded = scaled << Math.Max(shift, 0);
        if (shift < 0)
        {
            rounded = scaled >> -shift;
            var rest = (scaled - (rounded << -shift)) * 2;
            var half = BigInteger.One << -shift;
            if (rest > half || (rest == half && !rounded.IsEven))
                rounded += 1;
        }
        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        var text = new StringBuilder(double.IsNegative(value) ? "-" : "").Append(digits);
        return precision == 0 ? text.ToString() : text.Insert(text.Length - precision, '.').ToString();
    }

    /// <summary>The words for infinities and not-a-number, null for other values.</summary>
    public static string? Special(double value) =>
        double.IsNaN(value) ? "nan"
        : double.IsPositiveInfinity(value) ? "inf"
        : double.IsNegativeInfinity(value) ? "-inf"
        : null;

    private static (string Digits, int Exponent) ShortestDigits(double value)
    {
        // "R" has the right digits in another layout.
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var exponent =
            mark < 0
                ? 0
                : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        if (leading == digits.Length)
            return ("0", 0);
        return (digits[leading..].TrimEnd('0'), exponent - leading);
    }
}
