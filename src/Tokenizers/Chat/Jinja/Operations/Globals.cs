// Owns the global functions of templates.
using System.Numerics;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Globals
{
    /// <summary>Sets the functions as variables, where the template may replace them.</summary>
    public static void Define(Scope scope)
    {
        Add("range", (a, r) => Range(a.Rest(), r));
        Add("dict", (a, r) => Dictionary(a.Rest(), r));
        Add("namespace", (a, r) => Namespace(a.Rest(), r));
        Add("cycler", (a, r) => new CyclerValue(a.Rest().Positional, r));
        Add("joiner", (a, r) => Joiner(a.Next("sep") ?? new StringValue(", ")));
        Add(
            "raise_exception",
            (a, r) => throw new ChatTemplateRaisedException(Conversion.Text(a.Require("message"), r), r.Line)
        );
        Add("strftime_now", (a, r) => r.Text(TimeFormat.Format(r.Now, a.RequireText("format"), r)));

        void Add(string name, Func<ArgumentReader, Rendering, Value> body) =>
            scope.Set(name, new FunctionValue(name, body));
    }

    /// <summary>Python's <c>dict(mapping or pairs, name=value…)</c>.</summary>
    public static DictValue Dictionary(Arguments arguments, Rendering rendering)
    {
        var dict = new DictValue(rendering.Comparer);
        rendering.Charge(8 + 2L * arguments.Named.Count);
        if (arguments.Positional.Count > 1)
            throw rendering.Error($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        if (arguments.Positional is [DictValue source])
        {
            rendering.CheckItems(source.Entries.Count);
            foreach (var (key, value) in source.Entries)
                dict.Entries[key] = value;
        }
        else if (arguments.Positional is [var pairs])
        {
            foreach (var pair in Iteration.Over(pairs, rendering))
            {
                if (Conversion.ToList(pair, rendering) is not [var key, var value])
                    throw rendering.Error("dictionary update sequence elements must have two items");
                dict.Entries[Comparison.Key(key, rendering)] = value;
            }
            rendering.CheckItems(dict.Entries.Count);
        }
        foreach (var (name, value) in arguments.Named)
            dict.Entries[new StringValue(name)] = value;
        return dict;
    }

    private static NamespaceValue Namespace(Arguments arguments, Rendering rendering)
    {
        var result = new NamespaceValue();
        foreach (var (key, value) in Dictionary(arguments, rendering).Entries)
            result.Attributes[Conversion.Text(key, rendering)] = value;
        return result;
    }

    private static RangeValue Range(Arguments arguments, Rendering rendering)
    {
        if (arguments.Positional.Count is < 1 or > 3 || arguments.Named.Count > 0)
            throw rendering.Error("range expects 1 to 3 arguments");
        var numbers = arguments.Positional.Select(Bound).ToArray();
        var (start, stop) = numbers.Length == 1 ? (0, numbers[0]) : (numbers[0], numbers[1]);
        var step = numbers.Length == 3 ? numbers[2] : 1;
        if (step == 0)
            throw rendering.Error("range() arg 3 must not be zero");
        var count = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        count = Math.Max(0, count);
        // A range is lazy: only its length is limited here, its items are charged when they are made.
        rendering.CheckCount(count);
        return new RangeValue(start, step, (int)count);

        long Bound(Value value) =>
            Conversion.TryNumber(value) is { IsFloat: false } number
                ? (long)BigInteger.Clamp(number.Integer, -(1L << 60), 1L << 60)
                : throw rendering.Error($"'{value.TypeName}' object cannot be interpreted as an integer");
    }

    private static FunctionValue Joiner(Value separator)
    {
        var isUsed = false;
        return new FunctionValue(
            "joiner",
            (_, _) =>
            {
                var result = isUsed ? separator : StringValue.Empty;
                isUsed = true;
                return result;
            }
        );
    }
}
