// Owns the operators. Chains (a + b + c) are one node evaluated in a loop, so that long ones do not nest.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Expressions;

/// <summary>Operators of one precedence, applied from left to right.</summary>
internal sealed class ArithmeticChain(
    Expression first,
    IReadOnlyList<(string Symbol, Expression Operand)> rest,
    int line
) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var result = first.Evaluate(rendering);
        foreach (var (symbol, operand) in rest)
        {
            rendering.Charge(1);
            var right = operand.Evaluate(rendering);
            rendering.Line = Line;
            result = Arithmetic.Apply(symbol, result, right, rendering);
        }
        return result;
    }
}

internal sealed class SignExpression(Expression operand, bool isMinus, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var value = operand.Evaluate(rendering);
        rendering.Line = Line;
        return Arithmetic.Sign(isMinus, value, rendering);
    }
}

/// <summary>The operator <c>~</c>: prints both sides and joins them.</summary>
internal sealed class Concatenation(IReadOnlyList<Expression> parts, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var text = new TextBuilder(rendering);
        foreach (var part in parts)
        {
            rendering.Charge(1);
            var value = part.Evaluate(rendering);
            rendering.Line = Line;
            value.WriteText(text);
        }
        return new StringValue(text.ToString());
    }
}

/// <summary>Comparisons, possibly chained as in <c>1 &lt; x &lt; 3</c>.</summary>
internal sealed class ComparisonChain(
    Expression first,
    IReadOnlyList<(string Symbol, Expression Operand)> rest,
    int line
) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        var left = first.Evaluate(rendering);
        foreach (var (symbol, operand) in rest)
        {
            rendering.Charge(1);
            var right = operand.Evaluate(rendering);
            rendering.Line = Line;
            if (!Holds(symbol, left, right, rendering))
                return BoolValue.False;
            left = right;
        }
        return BoolValue.True;
    }

    private static bool Holds(string symbol, Value left, Value right, Rendering rendering) =>
        symbol switch
        {
            "==" => Comparison.AreEqual(left, right, rendering),
            "!=" => !Comparison.AreEqual(left, right, rendering),
            "in" => Comparison.Contains(right, left, rendering),
            "not in" => !Comparison.Contains(right, left, rendering),
            _ => Comparison.Ordered(left, right, symbol, rendering),
        };
}

/// <summary><c>and</c>, <c>or</c>: the first operand that decides, or the last.</summary>
internal sealed class LogicalChain(IReadOnlyList<Expression> operands, bool isOr, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        for (var i = 0; ; i++)
        {
            rendering.Charge(1);
            var value = operands[i].Evaluate(rendering);
            if (i == operands.Count - 1 || value.IsTrue == isOr)
                return value;
        }
    }
}

internal sealed class Negation(Expression operand, int line) : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        return BoolValue.Of(!operand.Evaluate(rendering).IsTrue);
    }
}

/// <summary><c>a if condition else b</c>; without the else an undefined value.</summary>
internal sealed class Conditional(Expression condition, Expression whenTrue, Expression? whenFalse, int line)
    : Expression(line)
{
    public override Value Evaluate(Rendering rendering)
    {
        rendering.Step();
        if (condition.Evaluate(rendering).IsTrue)
            return whenTrue.Evaluate(rendering);
        return whenFalse?.Evaluate(rendering)
            ?? UndefinedValue.Because(
                $"the inline if-expression on line {Line} evaluated to false and no else section was defined"
            );
    }
}
