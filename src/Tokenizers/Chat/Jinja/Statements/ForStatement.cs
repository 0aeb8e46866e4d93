// Owns loops.
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal sealed class ForStatement(
    Target target,
    Expression iterable,
    Expression? condition,
    Block body,
    Block otherwise,
    bool isRecursive,
    int line
) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        Loop(iterable.Evaluate(rendering), 0, rendering);
        return Flow.Next;
    }

    /// <summary>Renders the loop's body for what <c>loop(items)</c> was given, one level deeper.</summary>
    public Value Recurse(Value items, int depth, Scope outer, Rendering rendering)
    {
        rendering.EnterCall();
        var text = rendering.Capture(outer, inner => Loop(items, depth, inner));
        rendering.LeaveCall();
        return text;
    }

    private void Loop(Value source, int depth, Rendering rendering)
    {
        rendering.Line = line;
        var outer = rendering.Scope;
        var items = Iteration.Over(source, rendering);
        if (condition is not null)
            items = items.Where(item => IsChosen(item, outer, rendering));
        using var enumerator = items.GetEnumerator();
        var count = condition is null ? source.Count(rendering) : null;
        var loop = new LoopValue(enumerator, count, depth, isRecursive ? this : null, outer);
        var completesTurn = false;
        while (loop.MoveNext(rendering))
        {
            rendering.Scope = new Scope(outer);
            rendering.Line = line;
            target.Assign(loop.Current, rendering);
            rendering.Scope.Set("loop", loop);
            var flow = body.Execute(rendering);
            rendering.Scope = outer;
            if (flow == Flow.Break)
                break;
            completesTurn |= flow == Flow.Next;
        }
        // As in Jinja: turns that end with continue or break do not count.
        if (!completesTurn)
            otherwise.Execute(rendering);
    }

    private bool IsChosen(Value item, Scope outer, Rendering rendering)
    {
        var scope = rendering.Scope;
        rendering.Scope = new Scope(outer);
        target.Assign(item, rendering);
        var isChosen = condition!.Evaluate(rendering).IsTrue;
        rendering.Scope = scope;
        return isChosen;
    }
}
