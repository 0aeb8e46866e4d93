// Owns equality, order, membership and hashing of values, as Python defines them.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Comparison
{
    public static bool AreEqual(Value left, Value right, Rendering rendering)
    {
        var nesting = 0;
        return AreEqual(left, right, rendering, ref nesting);
    }

    /// <summary>Whether a value can be a dictionary key.</summary>
    public static bool IsHashable(Value value, Rendering rendering)
    {
        rendering.Step();
        return value is TupleValue tuple
            ? tuple.Elements.All(element => IsHashable(element, rendering))
            : value is not (ListValue or DictValue or SliceValue);
    }

    public static int Hash(Value value, Rendering rendering)
    {
        var nesting = 0;
        return Hash(value, rendering, ref nesting);
    }

    /// <summary>Python's order: negative, zero or positive; an error for types that have none.</summary>
    public static int Compare(Value left, Value right, string symbol, Rendering rendering)
    {
        var nesting = 0;
        return Compare(left, right, symbol, rendering, ref nesting);
    }

    /// <summary>Whether <c>left &lt; right</c>, and so on for the four symbols; false for comparisons with not-a-number.</summary>
    public static bool Ordered(Value left, Value right, string symbol, Rendering rendering)
    {
        if (IsNan(left) || IsNan(right))
            return false;
        var order = Compare(left, right, symbol, rendering);
        return symbol switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Python's <c>item in container</c>.</summary>
    public static bool Contains(Value container, Value item, Rendering rendering)
    {
        switch (container)
        {
            case StringValue text:
                if (item is not StringValue part)
                    throw rendering.Error($"'in <string>' requires string as left operand, not {item.TypeName}");
                rendering.Charge(1 + text.Text.Length / 16);
                return text.Text.Contains(part.Text, StringComparison.Ordinal);
            case DictValue dict:
                return dict.Entries.ContainsKey(Key(item, rendering));
            default:
                if (container.Items(rendering) is null)
                    throw rendering.Error($"argument of type '{container.TypeName}' is not iterable");
                return Iteration.Over(container, rendering).Any(candidate => AreEqual(candidate, item, rendering));
        }
    }

    /// <summary>Checks that a value can be a dictionary key.</summary>
    public static Value Key(Value value, Rendering rendering) =>
        IsHashable(value, rendering) ? value : throw rendering.Error($"unhashable type: '{value.TypeName}'");

    private static bool IsNan(Value value) => value is FloatValue { Number: double.NaN };

    private static bool AreEqual(Value left, Value right, Rendering rendering, ref int nesting)
    {
        if (ReferenceEquals(left, right))
            return !IsNan(left);
        rendering.Charge(1);
        if (Conversion.TryNumber(left) is { } a)
            return Conversion.TryNumber(right) is { } b && a.Order(b) == 0;
        switch (left, right)
        {
            case (StringValue l, StringValue r):
                rendering.Charge(l.Text.Length / 16);
                return l.Text == r.Text;
            case (UndefinedValue, UndefinedValue):
                return true;
            case (ListValue, ListValue) or (TupleValue, TupleValue):
                var (first, second) = (((SequenceValue)left).Elements, ((SequenceValue)right).Elements);
                if (first.Count != second.Count)
                    return false;
                rendering.EnterValue(ref nesting);
                for (var i = 0; i < first.Count; i++)
                {
                    if (!AreEqual(first[i], second[i], rendering, ref nesting))
                        return false;
                }
                nesting--;
                return true;
            case (DictValue l, DictValue r):
                if (l.Entries.Count != r.Entries.Count)
                    return false;
                rendering.EnterValue(ref nesting);
                foreach (var (key, value) in l.Entries)
                {
                    if (!r.Entries.TryGetValue(key, out var other) || !AreEqual(value, other, rendering, ref nesting))
                        return false;
                }
                nesting--;
                return true;
            case (RangeValue, RangeValue) or (DictViewValue, DictViewValue):
                return left.Items(rendering)!.SequenceEqual(right.Items(rendering)!, rendering.Comparer);
            default:
                return false;
        }
    }

    private static int Hash(Value value, Rendering rendering, ref int nesting)
    {
        rendering.Charge(1);
        if (Conversion.TryNumber(value) is { } number)
            return number.GetHashCode();
        if (value is StringValue text)
        {
            rendering.Charge(text.Text.Length / 16);
            return text.Text.GetHashCode(StringComparison.Ordinal);
        }
        if (value is not TupleValue tuple)
            return value.GetHashCode();
        rendering.EnterValue(ref nesting);
        var hash = new HashCode();
        foreach (var element in tuple.Elements)
            hash.Add(Hash(element, rendering, ref nesting));
        nesting--;
        return hash.ToHashCode();
    }

    private static int Compare(Value left, Value right, string symbol, Rendering rendering, ref int nesting)
    {
        rendering.Charge(1);
        if (Conversion.TryNumber(left) is { } a && Conversion.TryNumber(right) is { } b)
            return a.Order(b);
        switch (left, right)
        {
            case (StringValue l, StringValue r):
                rendering.Charge(Math.Min(l.Text.Length, r.Text.Length) / 16);
                return PythonText.Compare(l.Text, r.Text);
            case (ListValue, ListValue) or (TupleValue, TupleValue):
                var (first, second) = (((SequenceValue)left).Elements, ((SequenceValue)right).Elements);
                rendering.EnterValue(ref nesting);
                for (var i = 0; i < Math.Min(first.Count, second.Count); i++)
                {
                    if (!AreEqual(first[i], second[i], rendering, ref nesting))
                        return Compare(first[i], second[i], symbol, rendering, ref nesting);
                }
                nesting--;
                return first.Count.CompareTo(second.Count);
            case (UndefinedValue missing, _):
                throw missing.Error(rendering);
            case (_, UndefinedValue missing):
                throw missing.Error(rendering);
            default:
                throw rendering.Error(
                    $"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'"
                );
        }
    }
}
