// Owns dictionaries and their views. Order is the order of insertion, as in Python.
#pragma warning disable MA0048 // one family
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

internal sealed class DictValue(ValueComparer comparer) : Value
{
    public OrderedDictionary<Value, Value> Entries { get; } = new(comparer);

    public override string TypeName => "dict";

    public override bool IsTrue => Entries.Count > 0;

    public override int? Count(Rendering rendering) => Entries.Count;

    public override IEnumerable<Value> Items(Rendering rendering) => Entries.Keys;

    public override Value? Attribute(string name, Rendering rendering) => DictMethods.Find(this, name);

    public override Value? Item(Value key, Rendering rendering) =>
        Comparison.IsHashable(key, rendering) && Entries.TryGetValue(key, out var value) ? value : null;

    public Value? Find(string key) => Entries.TryGetValue(new StringValue(key), out var value) ? value : null;

    public override void WriteRepr(TextBuilder text)
    {
        text.Append("{");
        text.Enter();
        var isFirst = true;
        foreach (var (key, value) in Entries)
        {
            if (!isFirst)
                text.Append(", ");
            isFirst = false;
            key.WriteRepr(text);
            text.Append(": ");
            value.WriteRepr(text);
        }
        text.Leave();
        text.Append("}");
    }
}

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> return.</summary>
internal sealed class DictViewValue(DictValue dict, string part) : Value
{
    public override string TypeName => $"dict_{part}";

    public override bool IsTrue => dict.IsTrue;

    public override int? Count(Rendering rendering) => dict.Entries.Count;

    public override IEnumerable<Value> Items(Rendering rendering) =>
        part switch
        {
            "keys" => dict.Entries.Keys,
            "values" => dict.Entries.Values,
            _ => dict.Entries.Select(entry => (Value)new TupleValue(entry.Key, entry.Value)),
        };

    public override void WriteRepr(TextBuilder text)
    {
        text.Append($"dict_{part}(");
        new ListValue([.. Items(text.Rendering)]).WriteRepr(text);
        text.Append(")");
    }
}

/// <summary>What <c>namespace()</c> returns: the only value whose attributes a template can set.</summary>
internal sealed class NamespaceValue : Value
{
    public Dictionary<string, Value> Attributes { get; } = new(StringComparer.Ordinal);

    public override string TypeName => "Namespace";

    public override Value? Attribute(string name, Rendering rendering) => Attributes.GetValueOrDefault(name);

    public override void WriteRepr(TextBuilder text)
    {
        text.Append("<Namespace {");
        text.Enter();
        var isFirst = true;
        foreach (var (name, value) in Attributes)
        {
            if (!isFirst)
                text.Append(", ");
            isFirst = false;
            PythonText.WriteRepr(name, text);
            text.Append(": ");
            value.WriteRepr(text);
        }
        text.Leave();
        text.Append("}>");
    }
}
