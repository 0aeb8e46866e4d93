// Owns constants, variables and the literals of lists, tuples and dictionaries.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Expressions;

internal sealed class Constant(Value value, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering) => value;
}

internal sealed class Variable(string name, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Charge(1);
        return rendering.Lookup(name);
    }
}

internal sealed class SequenceLiteral(IReadOnlyList<Expression> items, bool isTuple, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        rendering.CheckItems(items.Count);
        var values = new Value[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = items[i].Evaluate(rendering);
        return isTuple ? new TupleValue(values) : new ListValue(values);
    }
}

internal sealed class DictLiteral(IReadOnlyList<(Expression Key, Expression Value)> entries, int line)
    : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        rendering.CheckItems(4 + 2L * entries.Count);
        var dict = new DictValue(rendering.Comparer);
        foreach (var (key, value) in entries)
        {
            var evaluated = key.Evaluate(rendering);
            rendering.Line = Line;
            dict.Entries[Comparison.Key(evaluated, rendering)] = value.Evaluate(rendering);
        }
        return dict;
    }
}
