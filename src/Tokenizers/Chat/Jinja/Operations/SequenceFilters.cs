// Owns the filters that take sequences apart: length, first, last, reverse, sum, batch, slice, items.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class SequenceFilters
{
    public static Value Length(Value subject, Rendering rendering)
    {
        rendering.Charge(subject is StringValue text ? text.Text.Length / 16 : 0);
        return IntValue.Of(
            subject.Count(rendering) ?? throw rendering.Error($"object of type '{subject.TypeName}' has no len()")
        );
    }

    public static Value First(Value subject, Rendering rendering) =>
        Iteration.Over(subject, rendering).FirstOrDefault()
        ?? UndefinedValue.Because("No first item, sequence was empty.");

    public static Value Last(Value subject, Rendering rendering)
    {
        var last = subject switch
        {
            SequenceValue sequence => sequence.Elements.Count > 0 ? sequence.Elements[^1] : null,
            StringValue or RangeValue => subject.Item(IntValue.Of(-1), rendering),
            DictValue or DictViewValue or UndefinedValue => Iteration.Over(subject, rendering).LastOrDefault(),
            _ => throw rendering.Error($"'{subject.TypeName}' object is not reversible"),
        };
        return last ?? UndefinedValue.Because("No last item, sequence was empty.");
    }

    public static Value Reverse(Value subject, Rendering rendering)
    {
        var backwards = new SliceValue(NoneValue.Instance, NoneValue.Instance, IntValue.Of(-1));
        if (subject is StringValue)
            return subject.Item(backwards, rendering)!;
        var items = Conversion.ToList(subject, rendering);
        items.Reverse();
        return subject is IteratorValue ? new ListValue(items) : new IteratorValue(items);
    }

    public static Value Sum(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var path = AttributePath.Parse(arguments.Next("attribute"), null);
        var total = arguments.Next("start") ?? IntValue.Of(0);
        foreach (var item in Iteration.Over(subject, rendering))
            total = Arithmetic.Apply("+", total, path.Get(item, rendering), rendering);
        return total;
    }

    public static Value Items(Value subject, Rendering rendering) =>
        subject switch
        {
            UndefinedValue => new IteratorValue([]),
            DictValue dict => new IteratorValue(new DictViewValue(dict, "items").Items(rendering)),
            _ => throw rendering.Error("Can only get item pairs from a mapping."),
        };

    public static Value Batch(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var size = Conversion.ToInt32(arguments.Require("linecount"), "filter 'batch' argument 'linecount'", rendering);
        var fill = arguments.Next("fill_with") ?? NoneValue.Instance;
        return new IteratorValue(Batches());

        IEnumerable<Value> Batches()
        {
            var batch = new List<Value>();
            foreach (var item in Iteration.Over(subject, rendering))
            {
                if (batch.Count == size)
                {
                    yield return new ListValue(batch);
                    batch = [];
                }
                rendering.Charge(1);
                batch.Add(item);
            }
            if (batch.Count == 0)
                yield break;
            if (fill is not NoneValue)
            {
                rendering.CheckItems(size);
                while (batch.Count < size)
                    batch.Add(fill);
            }
            yield return new ListValue(batch);
        }
    }

    public static Value Slice(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var items = Conversion.ToList(subject, rendering);
        var slices = Conversion.ToInt32(arguments.Require("slices"), "filter 'slice' argument 'slices'", rendering);
        if (slices <= 0)
            throw rendering.Error("filter 'slice' needs a positive number of slices");
        var fill = arguments.Next("fill_with") ?? NoneValue.Instance;
        rendering.CheckItems(slices);
        var (size, longer) = Math.DivRem(items.Count, slices);
        var parts = new List<Value>();
        var start = 0;
        for (var i = 0; i < slices; i++)
        {
            var count = size + (i < longer ? 1 : 0);
            var part = items.GetRange(start, count);
            start += count;
            if (i >= longer && fill is not NoneValue)
                part.Add(fill);
            parts.Add(new ListValue(part));
        }
        return new IteratorValue(parts);
    }
}
