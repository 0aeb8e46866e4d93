// Owns the operators + - * / // % ** with Python's types and rounding.
using System.Numerics;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Arithmetic
{
    public static Value Apply(string symbol, Value left, Value right, Rendering rendering)
    {
        if (Conversion.TryNumber(left) is { } a && Conversion.TryNumber(right) is { } b)
            return a.IsFloat || b.IsFloat || symbol == "/"
                ? OfFloats(symbol, a.Float, b.Float, rendering)
                : OfIntegers(symbol, a.Integer, b.Integer, rendering);
        switch (symbol, left, right)
        {
            case ("+", StringValue l, StringValue r):
                return Concatenate(l, r, rendering);
            case ("+", ListValue, ListValue) or ("+", TupleValue, TupleValue):
                var (first, second) = ((SequenceValue)left, (SequenceValue)right);
                rendering.CheckItems((long)first.Elements.Count + second.Elements.Count);
                return first.With([.. first.Elements, .. second.Elements]);
            case ("*", StringValue or SequenceValue, IntValue or BoolValue):
                return Repeat(left, right, rendering);
            case ("*", IntValue or BoolValue, StringValue or SequenceValue):
                return Repeat(right, left, rendering);
            case ("%", StringValue format, _):
                return PercentFormat.Apply(format, right, rendering);
        }
        if (left is UndefinedValue missingLeft)
            throw missingLeft.Error(rendering);
        if (right is UndefinedValue missingRight)
            throw missingRight.Error(rendering);
        if (symbol == "+" && left is StringValue or ListValue)
            throw rendering.Error(
                $"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}"
            );
        var name = symbol == "**" ? "** or pow()" : symbol;
        throw rendering.Error($"unsupported operand type(s) for {name}: '{left.TypeName}' and '{right.TypeName}'");
    }

    /// <summary>Unary minus or plus.</summary>
    public static Value Sign(bool isMinus, Value operand, Rendering rendering) =>
        Conversion.TryNumber(operand) switch
        {
            { IsFloat: true } number => new FloatValue(isMinus ? -number.Float : number.Float),
            { } number => IntValue.Of(isMinus ? -number.Integer : number.Integer),
            null when operand is UndefinedValue missing => throw missing.Error(rendering),
            null => throw rendering.Error($"bad operand type for unary {(isMinus ? '-' : '+')}: '{operand.TypeName}'"),
        };

    private static StringValue Concatenate(StringValue left, StringValue right, Rendering rendering)
    {
        rendering.CheckString((long)left.Text.Length + right.Text.Length);
        if (!left.IsMarkup && !right.IsMarkup)
            return rendering.Text(left.Text + right.Text);
        var text = rendering.Text(Markup.Escape(left, rendering).Text + Markup.Escape(right, rendering).Text);
        return new StringValue(text.Text, isMarkup: true);
    }

    private static Value Repeat(Value value, Value times, Rendering rendering)
    {
        var count = Math.Max(0, Conversion.TryIndex(times)!.Value);
        if (value is StringValue text)
        {
            var builder = new TextBuilder(rendering);
            rendering.CheckString(text.Text.Length * count);
            for (var i = 0L; i < count && text.Text.Length > 0; i++)
                builder.Append(text.Text);
            return new StringValue(builder.ToString(), text.IsMarkup);
        }
        var sequence = (SequenceValue)value;
        rendering.CheckItems(sequence.Elements.Count * count);
        var items = new List<Value>();
        for (var i = 0L; i < count && sequence.Elements.Count > 0; i++)
            items.AddRange(sequence.Elements);
        return sequence.With(items);
    }

    private static Value OfIntegers(string symbol, BigInteger left, BigInteger right, Rendering rendering)
    {
        var (leftBits, rightBits) = ((double)left.GetBitLength(), (double)right.GetBitLength());
        switch (symbol)
        {
            case "+":
                return rendering.CheckInteger(left + right);
            case "-":
                return rendering.CheckInteger(left - right);
            case "*":
                rendering.CheckIntegerBits(leftBits + rightBits - 1);
                return rendering.CheckInteger(left * right);
            case "//" or "%":
                if (right.IsZero)
                    throw rendering.Error("integer division or modulo by zero");
                rendering.CheckIntegerBits(leftBits);
                var quotient = BigInteger.DivRem(left, right, out var remainder);
                if (!remainder.IsZero && remainder.Sign != right.Sign)
                    (quotient, remainder) = (quotient - 1, remainder + right);
                return IntValue.Of(symbol == "%" ? remainder : quotient);
            default:
                if (right.Sign < 0)
                    return OfFloats(symbol, (double)left, (double)right, rendering);
                if (BigInteger.Abs(left) > 1)
                    rendering.CheckIntegerBits((leftBits - 1) * (double)right);
                else
                    right = right.IsZero ? 0 : 2 - (right.IsEven ? 0 : 1);
                return rendering.CheckInteger(BigInteger.Pow(left, (int)right));
        }
    }

    private static FloatValue OfFloats(string symbol, double left, double right, Rendering rendering)
    {
        if (right == 0 && symbol is "/" or "//" or "%")
            throw rendering.Error(symbol == "%" ? "float modulo by zero" : "division by zero");
        return new FloatValue(
            symbol switch
            {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                "/" => left / right,
                "//" => Math.Floor((left - Modulo(left, right)) / right),
                "%" => Modulo(left, right),
                _ when left == 0 && right < 0 => throw rendering.Error("0.0 cannot be raised to a negative power"),
                _ when left < 0 && right != Math.Floor(right) => throw rendering.Error(
                    "a negative number cannot be raised to a fractional power"
                ),
                _ => Math.Pow(left, right),
            }
        );
    }

    // The result has the sign of the divisor.
    private static double Modulo(double left, double right)
    {
        var remainder = left % right;
        return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder;
    }
}
