// Owns text, print, if, break and continue.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal sealed class TextStatement(string text) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Write(text);
        return Flow.Next;
    }
}

internal sealed class PrintStatement(Expression expression, int line) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        rendering.Write(Conversion.Text(expression.Evaluate(rendering), rendering));
        return Flow.Next;
    }
}

internal sealed class IfStatement(IReadOnlyList<(Expression Condition, Block Body)> branches, Block otherwise, int line)
    : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        foreach (var (condition, body) in branches)
        {
            rendering.Charge(1);
            if (condition.Evaluate(rendering).IsTrue)
                return body.Execute(rendering);
        }
        return otherwise.Execute(rendering);
    }
}

internal sealed class LoopControlStatement(Flow flow) : Statement
{
    public override Flow Execute(Rendering rendering) => flow;
}
