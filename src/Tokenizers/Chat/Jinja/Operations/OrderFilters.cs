// Owns the filters that order and group: sort, dictsort, min, max, unique, groupby.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class OrderFilters
{
    public static Value Sort(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var isDescending = arguments.NextBool("reverse", false);
        var isCaseSensitive = arguments.NextBool("case_sensitive", false);
        var paths = AttributePath.ParseMany(arguments.Next("attribute"));
        return new ListValue(Sorting.Sort([.. Conversion.ToList(subject, rendering)], Key, isDescending, rendering));

        Value Key(Value item)
        {
            if (paths is [var single])
                return Fold(single.Get(item, rendering), isCaseSensitive);
            rendering.CheckItems(paths.Length);
            return new ListValue(Array.ConvertAll(paths, path => Fold(path.Get(item, rendering), isCaseSensitive)));
        }
    }

    public static Value DictSort(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        if (subject is not DictValue dict)
            throw subject is UndefinedValue missing
                ? missing.Error(rendering)
                : rendering.Error($"'{subject.TypeName}' object has no attribute 'items'");
        var isCaseSensitive = arguments.NextBool("case_sensitive", false);
        var by = arguments.NextText("by") ?? "key";
        if (by is not ("key" or "value"))
            throw rendering.Error("You can only sort by either \"key\" or \"value\"");
        var isDescending = arguments.NextBool("reverse", false);
        Value[] items = [.. new DictViewValue(dict, "items").Items(rendering)];
        return new ListValue(
            Sorting.Sort(
                items,
                item => Fold(((TupleValue)item).Elements[by == "key" ? 0 : 1], isCaseSensitive),
                isDescending,
                rendering
            )
        );
    }

    public static Value Extreme(Value subject, ArgumentReader arguments, bool isMaximum, Rendering rendering)
    {
        var isCaseSensitive = arguments.NextBool("case_sensitive", false);
        var path = AttributePath.Parse(arguments.Next("attribute"), null);
        (Value Item, Value Key)? best = null;
        foreach (var item in Iteration.Over(subject, rendering))
        {
            var key = Fold(path.Get(item, rendering), isCaseSensitive);
            if (best is null || Comparison.Ordered(key, best.Value.Key, isMaximum ? ">" : "<", rendering))
                best = (item, key);
        }
        return best?.Item ?? UndefinedValue.Because("No aggregated item, sequence was empty.");
    }

    public static Value Unique(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var isCaseSensitive = arguments.NextBool("case_sensitive", false);
        var path = AttributePath.Parse(arguments.Next("attribute"), null);
        var items = Iteration.Over(subject, rendering);
        return new IteratorValue(Distinct());

        IEnumerable<Value> Distinct()
        {
            var seen = new HashSet<Value>(rendering.Comparer);
            foreach (var item in items)
            {
                var key = Fold(path.Get(item, rendering), isCaseSensitive);
                rendering.Charge(2);
                if (seen.Add(Comparison.Key(key, rendering)))
                    yield return item;
            }
        }
    }

    public static Value GroupBy(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var attribute = arguments.Require("attribute");
        var path = AttributePath.Parse(attribute, arguments.Next("default"));
        var isCaseSensitive = arguments.NextBool("case_sensitive", false);
        var sorted = Sorting.Sort(
            [.. Conversion.ToList(subject, rendering)],
            item => Fold(path.Get(item, rendering), isCaseSensitive),
            isDescending: false,
            rendering
        );
        var groups = new List<Value>();
        var (start, key) = (0, (Value)NoneValue.Instance);
        for (var i = 0; i <= sorted.Length; i++)
        {
            var next = i < sorted.Length ? Fold(path.Get(sorted[i], rendering), isCaseSensitive) : null;
            if (i > start && (next is null || !Comparison.AreEqual(next, key, rendering)))
            {
                rendering.CheckItems(i - start);
                groups.Add(new GroupValue(path.Get(sorted[start], rendering), new ListValue(sorted[start..i])));
                start = i;
            }
            key = next ?? key;
        }
        return new ListValue(groups);
    }

    private static Value Fold(Value key, bool isCaseSensitive) =>
        !isCaseSensitive && key is StringValue text ? new StringValue(TextCase.Lower(text.Text)) : key;
}
