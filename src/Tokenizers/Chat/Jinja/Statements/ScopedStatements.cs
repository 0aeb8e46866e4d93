// Owns the statements with a scope of their own: set, with, filter and generation blocks.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal sealed class SetStatement(Target target, Expression expression, int line) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        var value = expression.Evaluate(rendering);
        rendering.Line = line;
        target.Assign(value, rendering);
        return Flow.Next;
    }
}

/// <summary><c>{% set x %}…{% endset %}</c>, or without a target <c>{% filter f %}…{% endfilter %}</c>.</summary>
internal sealed class CaptureStatement(Target? target, IReadOnlyList<FilterCall> filters, Block body, int line)
    : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        Value text = rendering.Capture(new Scope(rendering.Scope), body.Run);
        foreach (var filter in filters)
            text = filter.Apply(text, rendering);
        rendering.Line = line;
        if (target is null)
            rendering.Write(Conversion.Text(text, rendering));
        else
            target.Assign(text, rendering);
        return Flow.Next;
    }
}

/// <summary><c>{% with a = 1 %}</c>; without assignments also <c>{% generation %}</c>, which marks the assistant's text for training.</summary>
internal sealed class WithStatement(IReadOnlyList<(Target Target, Expression Value)> assignments, Block body, int line)
    : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        var outer = rendering.Scope;
        // All values are computed before the first name is set.
        var values = assignments.Select(assignment => assignment.Value.Evaluate(rendering)).ToArray();
        rendering.Scope = new Scope(outer);
        for (var i = 0; i < values.Length; i++)
            assignments[i].Target.Assign(values[i], rendering);
        var flow = body.Execute(rendering);
        rendering.Scope = outer;
        return flow;
    }
}
