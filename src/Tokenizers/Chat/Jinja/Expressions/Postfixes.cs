// Owns what stands behind a value: attributes, items, slices, calls, filters and tests.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Expressions;

internal sealed class AttributeExpression(Expression target, string name, int line) : Expression(line)
{
    private readonly StringValue _name = new(name);

    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var value = target.Evaluate(rendering);
        rendering.Line = Line;
        return Access.Attribute(value, _name, rendering);
    }
}

internal sealed class ItemExpression(Expression target, Expression key, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var value = target.Evaluate(rendering);
        var index = key.Evaluate(rendering);
        rendering.Line = Line;
        return Access.Item(value, index, rendering);
    }
}

internal sealed class SliceExpression(Expression? start, Expression? stop, Expression? step, int line)
    : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        return new SliceValue(Part(start), Part(stop), Part(step));

        Value Part(Expression? part) => part?.Evaluate(rendering) ?? NoneValue.Instance;
    }
}

internal sealed class CallExpression(Expression target, ArgumentList arguments, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering) => Evaluate(rendering, caller: null);

    /// <summary>Calls with the body of a call block as the argument <c>caller</c>.</summary>
    public Value Evaluate(Rendering rendering, Value? caller)
    {
        rendering.Step();
        var function = target.Evaluate(rendering);
        var given = arguments.Evaluate(rendering);
        if (caller is not null)
            given = given with { Named = [.. given.Named, new("caller", caller)] };
        rendering.Line = Line;
        return function.Call(given, rendering);
    }
}

/// <summary>A filter with its arguments, ready to be applied to a value.</summary>
internal sealed class FilterCall(string name, ArgumentList arguments, int line)
{
    public Value Apply(Value subject, Rendering rendering)
    {
        rendering.Step();
        var given = arguments.Evaluate(rendering);
        rendering.Line = line;
        return FilterTable.Apply(name, subject, given, rendering);
    }
}

internal sealed class FilterExpression(Expression subject, FilterCall filter, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        return filter.Apply(subject.Evaluate(rendering), rendering);
    }
}

internal sealed class TestExpression(Expression subject, string name, ArgumentList arguments, bool isNegated, int line)
    : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var value = subject.Evaluate(rendering);
        var given = arguments.Evaluate(rendering);
        rendering.Line = Line;
        return BoolValue.Of(TestTable.Apply(name, value, given, rendering) != isNegated);
    }
}
