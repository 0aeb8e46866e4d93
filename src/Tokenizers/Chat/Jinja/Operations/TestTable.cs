// Owns which tests there are (value is name).
using System.Collections.Frozen;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TestTable
{
    private delegate bool Test(Value subject, ArgumentReader arguments, Rendering rendering);

    private static readonly FrozenDictionary<string, Test> Tests = Build();

    public static bool Exists(string name) => Tests.ContainsKey(name);

    /// <summary>Applies the test <paramref name="name"/>; an unknown name is an error only when it is reached.</summary>
    public static bool Apply(string name, Value subject, Arguments arguments, Rendering rendering)
    {
        if (!Tests.TryGetValue(name, out var test))
            throw rendering.Error($"No test named '{name}'.");
        rendering.ChargeScan(subject);
        var reader = new ArgumentReader($"test '{name}'", arguments, rendering);
        var result = test(subject, reader, rendering);
        reader.End();
        return result;
    }

    private static FrozenDictionary<string, Test> Build()
    {
        Test equal = (v, a, r) => Comparison.AreEqual(v, a.Require("other"), r);
        Test unequal = (v, a, r) => !Comparison.AreEqual(v, a.Require("other"), r);
        Test less = (v, a, r) => Comparison.Ordered(v, a.Require("other"), "<", r);
        Test lessOrEqual = (v, a, r) => Comparison.Ordered(v, a.Require("other"), "<=", r);
        Test greater = (v, a, r) => Comparison.Ordered(v, a.Require("other"), ">", r);
        Test greaterOrEqual = (v, a, r) => Comparison.Ordered(v, a.Require("other"), ">=", r);
        return new Dictionary<string, Test>
        {
            ["boolean"] = (v, _, _) => v is BoolValue,
            ["callable"] = (v, _, _) => v.IsCallable,
            ["defined"] = (v, _, _) => v is not UndefinedValue,
            ["divisibleby"] = (v, a, r) => !Remainder(v, a.Require("num"), r).IsTrue,
            ["eq"] = equal,
            ["equalto"] = equal,
            ["=="] = equal,
            ["escaped"] = (v, _, _) => v is StringValue { IsMarkup: true },
            ["even"] = (v, _, r) => !Remainder(v, IntValue.Of(2), r).IsTrue,
            ["false"] = (v, _, _) => v == BoolValue.False,
            ["filter"] = (v, _, _) => v is StringValue name && FilterTable.Exists(name.Text),
            ["float"] = (v, _, _) => v is FloatValue,
            ["ge"] = greaterOrEqual,
            [">="] = greaterOrEqual,
            ["gt"] = greater,
            ["greaterthan"] = greater,
            [">"] = greater,
            ["in"] = (v, a, r) => Comparison.Contains(a.Require("seq"), v, r),
            ["integer"] = (v, _, _) => v is IntValue,
            ["iterable"] = (v, _, r) => v.Items(r) is not null,
            ["le"] = lessOrEqual,
            ["<="] = lessOrEqual,
            ["lower"] = (v, _, r) =>
                Conversion.Text(v, r) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
            ["lt"] = less,
            ["lessthan"] = less,
            ["<"] = less,
            ["mapping"] = (v, _, _) => v is DictValue,
            ["ne"] = unequal,
            ["!="] = unequal,
            ["none"] = (v, _, _) => v is NoneValue,
            ["number"] = (v, _, _) => Conversion.TryNumber(v) is not null,
            ["odd"] = (v, _, r) => Remainder(v, IntValue.Of(2), r).IsTrue,
            ["sameas"] = (v, a, _) => ReferenceEquals(v, a.Require("other")),
            ["sequence"] = (v, _, _) => v is SequenceValue or StringValue or DictValue or RangeValue or UndefinedValue,
            ["string"] = (v, _, _) => v is StringValue,
            ["test"] = (v, _, _) => v is StringValue name && Exists(name.Text),
            ["true"] = (v, _, _) => v == BoolValue.True,
            ["undefined"] = (v, _, _) => v is UndefinedValue,
            ["upper"] = (v, _, r) =>
                Conversion.Text(v, r) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Value Remainder(Value left, Value right, Rendering rendering) =>
        Arithmetic.Apply("%", left, right, rendering);
}
