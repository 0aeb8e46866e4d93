// Owns lists, tuples, ranges and slices (the keys of x[a:b:c]).
#pragma warning disable MA0048 // one family
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A list or a tuple: an indexed sequence of values that never changes.</summary>
internal abstract class SequenceValue(IReadOnlyList<Value> items) : Value
{
    public IReadOnlyList<Value> Elements => items;

    public override bool IsTrue => items.Count > 0;

    public abstract SequenceValue With(IReadOnlyList<Value> elements);

    public override int? Count(Rendering rendering) => items.Count;

    public override IEnumerable<Value> Items(Rendering rendering) => items;

    public override Value? Attribute(string name, Rendering rendering) => SequenceMethods.Find(this, name);

    public override Value? Item(Value key, Rendering rendering)
    {
        if (key is SliceValue slice)
        {
            var (start, count, step) = slice.Resolve(items.Count, rendering);
            rendering.Charge(2 + 2L * count);
            var chosen = new Value[count];
            for (var i = 0; i < count; i++)
                chosen[i] = items[start + i * step];
            return With(chosen);
        }
        if (Conversion.TryIndex(key) is not { } index)
            return null;
        index = index < 0 ? index + items.Count : index;
        return index >= 0 && index < items.Count ? items[(int)index] : null;
    }

    protected void WriteElements(TextBuilder text)
    {
        text.Enter();
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            items[i].WriteRepr(text);
        }
        text.Leave();
    }
}

internal sealed class ListValue(IReadOnlyList<Value> items) : SequenceValue(items)
{
    public override string TypeName => "list";

    public override SequenceValue With(IReadOnlyList<Value> elements) => new ListValue(elements);

    public override void WriteRepr(TextBuilder text)
    {
        text.Append("[");
        WriteElements(text);
        text.Append("]");
    }
}

internal class TupleValue(params IReadOnlyList<Value> items) : SequenceValue(items)
{
    public override string TypeName => "tuple";

    public override SequenceValue With(IReadOnlyList<Value> elements) => new TupleValue(elements);

    public override void WriteRepr(TextBuilder text)
    {
        text.Append("(");
        WriteElements(text);
        text.Append(Elements.Count == 1 ? ",)" : ")");
    }
}

/// <summary>What <c>groupby</c> yields: a tuple whose parts also have names.</summary>
internal sealed class GroupValue(Value grouper, ListValue list) : TupleValue(grouper, list)
{
    public override Value? Attribute(string name, Rendering rendering) =>
        name switch
        {
            "grouper" => Elements[0],
            "list" => Elements[1],
            _ => base.Attribute(name, rendering),
        };
}

internal sealed class RangeValue(long start, long step, int count) : Value
{
    public override string TypeName => "range";

    public override bool IsTrue => count > 0;

    public override int? Count(Rendering rendering) => count;

    public override IEnumerable<Value> Items(Rendering rendering)
    {
        for (var i = 0; i < count; i++)
            yield return IntValue.Of(start + i * step);
    }

    public override Value? Item(Value key, Rendering rendering)
    {
        if (key is SliceValue slice)
        {
            var (first, length, stride) = slice.Resolve(count, rendering);
            return new RangeValue(start + first * step, step * stride, length);
        }
        if (Conversion.TryIndex(key) is not { } index)
            return null;
        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? IntValue.Of(start + index * step) : null;
    }

    public override void WriteRepr(TextBuilder text)
    {
        text.Append($"range({start}, {start + count * step}");
        text.Append(step == 1 ? ")" : $", {step})");
    }
}

internal sealed class SliceValue(Value start, Value stop, Value step) : Value
{
    public override string TypeName => "slice";

    /// <summary>Python's slice arithmetic: the first index, how many items, and the stride.</summary>
    public (int Start, int Count, int Step) Resolve(int length, Rendering rendering)
    {
        var stride = Bound(step, 1, rendering);
        if (stride == 0)
            throw rendering.Error("slice step cannot be zero");
        // Beyond the length a stride takes at most one item, so its size no longer matters.
        stride = Math.Clamp(stride, -length - 1L, length + 1L);
        var first = Clip(Bound(start, stride > 0 ? 0 : length - 1, rendering), start is NoneValue);
        var end = Clip(Bound(stop, stride > 0 ? length : -1, rendering), stop is NoneValue);
        var count = stride > 0 ? (end - first + stride - 1) / stride : (first - end - stride - 1) / -stride;
        return ((int)first, (int)Math.Max(0, count), (int)stride);

        long Clip(long index, bool isDefault)
        {
            if (isDefault)
                return index;
            index = index < 0 ? index + length : index;
            return stride > 0 ? Math.Clamp(index, 0, length) : Math.Clamp(index, -1, length - 1L);
        }
    }

    public override void WriteRepr(TextBuilder text) => text.Append("slice()");

    private static long Bound(Value bound, long whenNone, Rendering rendering) =>
        bound is NoneValue
            ? whenNone
            : Conversion.TryIndex(bound) ?? throw rendering.Error("slice indices must be integers or None");
}
