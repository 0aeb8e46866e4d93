// Owns what cycler() returns.
namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>Cycles through values: <c>next()</c>, <c>current</c>, <c>reset()</c>.</summary>
internal sealed class CyclerValue : Value
{
    private readonly IReadOnlyList<Value> _items;
    private int _position;

    public CyclerValue(IReadOnlyList<Value> items, Rendering rendering)
    {
        if (items.Count == 0)
            throw rendering.Error("at least one item has to be provided");
        _items = items;
    }

    public override string TypeName => "Cycler";

    public override Value? Attribute(string name, Rendering rendering) =>
        name switch
        {
            "current" => _items[_position],
            "next" => new FunctionValue(name, (_, _) => Next()),
            "reset" => new FunctionValue(name, (_, _) => Reset()),
            _ => null,
        };

    public override void WriteRepr(TextBuilder text) => text.Append("<Cycler>");

    private Value Next()
    {
        var current = _items[_position];
        _position = (_position + 1) % _items.Count;
        return current;
    }

    private NoneValue Reset()
    {
        _position = 0;
        return NoneValue.Instance;
    }
}
