// Owns the filters that make numbers: int, float, abs, round, filesizeformat.
using System.Globalization;
using System.Numerics;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class NumericFilters
{
    public static Value Integer(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var otherwise = arguments.Next("default") ?? IntValue.Of(0);
        var radix = arguments.NextInt("base", 10);
        if (radix is not (0 or (>= 2 and <= 36)))
            throw rendering.Error("int() base must be >= 2 and <= 36, or 0");
        if (Conversion.TryNumber(subject) is { } number)
        {
            if (!number.IsFloat)
                return IntValue.Of(number.Integer);
            return double.IsFinite(number.Float) ? Truncate(number.Float, rendering) : otherwise;
        }
        if (subject is not StringValue text)
            return otherwise;
        rendering.Charge(1 + text.Text.Length / 16);
        if (Conversion.ParseInteger(text.Text, radix, rendering) is { } integer)
            return rendering.CheckInteger(integer);
        return Conversion.ParseFloat(text.Text) is { } real && double.IsFinite(real)
            ? Truncate(real, rendering)
            : otherwise;
    }

    public static Value Float(Value subject, ArgumentReader arguments)
    {
        var otherwise = arguments.Next("default") ?? new FloatValue(0);
        if (Conversion.TryNumber(subject) is { } number)
            return new FloatValue(number.Float);
        return subject is StringValue text && Conversion.ParseFloat(text.Text) is { } real
            ? new FloatValue(real)
            : otherwise;
    }

    public static Value Abs(Value subject, Rendering rendering) =>
        Conversion.TryNumber(subject) switch
        {
            { IsFloat: true } number => new FloatValue(Math.Abs(number.Float)),
            { } number => IntValue.Of(BigInteger.Abs(number.Integer)),
            null => throw rendering.Error($"bad operand type for abs(): '{subject.TypeName}'"),
        };

    public static Value Round(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var precision = arguments.NextInt("precision", 0);
        var method = arguments.NextText("method") ?? "common";
        var number =
            Conversion.TryNumber(subject)
            ?? throw rendering.Error($"type {subject.TypeName} doesn't define __round__ method");
        if (method is not ("common" or "ceil" or "floor"))
            throw rendering.Error("method must be common, ceil or floor");
        if (Math.Abs((long)precision) > 300)
            throw rendering.Error("filter 'round' needs a precision from -300 to 300");
        if (method == "common" && !number.IsFloat)
            return precision >= 0 ? IntValue.Of(number.Integer) : RoundInteger(number.Integer, -precision);
        var scale = Math.Pow(10, precision);
        if (method == "common" && precision >= 0)
            return new FloatValue(
                double.Parse(
                    PythonFloat.Fixed(number.Float, precision),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture
                )
            );
        if (method == "common")
            return new FloatValue(Math.Round(number.Float * scale, MidpointRounding.ToEven) / scale);
        var scaled = number.Float * scale;
        return new FloatValue((method == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / scale);
    }

    public static Value FileSize(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var isBinary = arguments.NextBool("binary", false);
        var bytes =
            Conversion.TryNumber(subject)?.Float
            ?? (subject is StringValue text ? Conversion.ParseFloat(text.Text) : null)
            ?? throw rendering.Error($"filter 'filesizeformat' needs a number, not {subject.TypeName}");
        double unit = isBinary ? 1024 : 1000;
        if (bytes == 1)
            return new StringValue("1 Byte");
        if (bytes < unit)
            return new StringValue($"{Truncate(bytes, rendering).Number} Bytes");
        var prefix = -1;
        while (prefix < 7 && bytes >= unit)
        {
            bytes /= unit;
            prefix++;
        }
        return new StringValue(
            $"{PythonFloat.Fixed(bytes, 1)} {"kMGTPEZY"[prefix]}{(isBinary ? "iB" : "B")}".Replace(
                "kiB",
                "KiB",
                StringComparison.Ordinal
            )
        );
    }

    /// <summary>Python's <c>int()</c> of a float.</summary>
    public static IntValue Truncate(double number, Rendering rendering) =>
        double.IsFinite(number)
            ? rendering.CheckInteger(new BigInteger(number))
            : throw rendering.Error($"cannot convert float {PythonFloat.Format(number)} to integer");

    private static IntValue RoundInteger(BigInteger number, int digits)
    {
        var unit = BigInteger.Pow(10, digits);
        var floor = number - BigInteger.Remainder(BigInteger.Remainder(number, unit) + unit, unit);
        var twice = (number - floor) * 2;
        var roundsUp = twice > unit || (twice == unit && !(floor / unit).IsEven);
        return IntValue.Of(roundsUp ? floor + unit : floor);
    }
}
