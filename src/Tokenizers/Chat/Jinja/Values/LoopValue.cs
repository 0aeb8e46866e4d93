// Owns the variable loop.
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Statements;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>The state of a running loop. It looks ahead only when asked about what follows.</summary>
internal sealed class LoopValue(IEnumerator<Value> items, int? count, int depth, ForStatement? recursive, Scope outer)
    : Value
{
    private readonly Queue<Value> _ahead = [];
    private Value? _previous;
    private Value? _current;
    private IReadOnlyList<Value>? _changed;
    private int _index = -1;
    private int? _count = count;

    public override string TypeName => "LoopContext";

    public override bool IsCallable => true;

    public Value Current => _current!;

    public bool MoveNext(Rendering rendering)
    {
        rendering.Step();
        if (_ahead.Count == 0 && !LookAhead())
            return false;
        _previous = _current;
        _current = _ahead.Dequeue();
        _index++;
        return true;
    }

    public override int? Count(Rendering rendering) => Length();

    public override Value? Attribute(string name, Rendering rendering) =>
        name switch
        {
            "index" => IntValue.Of(_index + 1),
            "index0" => IntValue.Of(_index),
            "first" => BoolValue.Of(_index == 0),
            "last" => BoolValue.Of(Next() is null),
            "length" => IntValue.Of(Length()),
            "revindex" => IntValue.Of(Length() - _index),
            "revindex0" => IntValue.Of(Length() - _index - 1),
            "previtem" => _previous ?? UndefinedValue.Because("there is no previous item"),
            "nextitem" => Next() ?? UndefinedValue.Because("there is no next item"),
            "depth" => IntValue.Of(depth + 1),
            "depth0" => IntValue.Of(depth),
            "cycle" => new FunctionValue(name, (a, r) => Cycle(a.Rest().Positional, r)),
            "changed" => new FunctionValue(name, (a, r) => BoolValue.Of(Changed(a.Rest().Positional, r))),
            _ => null,
        };

    public override Value Call(Arguments arguments, Rendering rendering)
    {
        if (recursive is null)
            throw rendering.Error("The loop must have the 'recursive' marker to be called recursively.");
        var reader = new ArgumentReader("loop()", arguments, rendering);
        var nested = reader.Require("iterable");
        reader.End();
        return recursive.Recurse(nested, depth + 1, outer, rendering);
    }

    public override void WriteRepr(TextBuilder text) => text.Append($"<LoopContext {_index + 1}/{Length()}>");

    private Value? Next() => _ahead.Count > 0 || LookAhead() ? _ahead.Peek() : null;

    private bool LookAhead()
    {
        if (!items.MoveNext())
            return false;
        _ahead.Enqueue(items.Current);
        return true;
    }

    private int Length()
    {
        if (_count is null)
        {
            while (LookAhead()) { }
            _count = _index + 1 + _ahead.Count;
        }
        return _count.Value;
    }

    private Value Cycle(IReadOnlyList<Value> values, Rendering rendering) =>
        values.Count > 0 ? values[_index % values.Count] : throw rendering.Error("no items for cycling given");

    private bool Changed(IReadOnlyList<Value> values, Rendering rendering)
    {
        var isSame = _changed is not null && values.SequenceEqual(_changed, rendering.Comparer);
        _changed = values;
        return !isSame;
    }
}
