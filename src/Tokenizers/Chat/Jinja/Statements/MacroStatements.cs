// Owns the statements that define and use macros.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal sealed class MacroStatement(MacroDefinition macro) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Scope.Set(macro.Name, new MacroValue(macro, rendering.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(x) macro(…) %}…{% endcall %}</c>: the body becomes the macro's <c>caller</c>.</summary>
internal sealed class CallBlockStatement(CallExpression call, MacroDefinition body, int line) : Statement
{
    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = line;
        var result = call.Evaluate(rendering, new MacroValue(body, rendering.Scope));
        rendering.Write(Conversion.Text(result, rendering));
        return Flow.Next;
    }
}
