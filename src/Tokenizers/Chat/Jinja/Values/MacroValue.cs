// Owns macros as values.
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Statements;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A macro with the scope that it was defined in.</summary>
internal sealed class MacroValue(MacroDefinition macro, Scope definedIn) : Value
{
    public override string TypeName => "Macro";

    public override bool IsCallable => true;

    public override Value? Attribute(string name, Rendering rendering) =>
        name switch
        {
            "name" => new StringValue(macro.Name),
            "arguments" => new TupleValue([.. macro.Parameters.Select(parameter => new StringValue(parameter.Name))]),
            "caller" => BoolValue.Of(macro.UsesCaller),
            "catch_kwargs" => BoolValue.Of(macro.UsesKwargs),
            "catch_varargs" => BoolValue.Of(macro.UsesVarargs),
            _ => null,
        };

    public override Value Call(Arguments arguments, Rendering rendering) => macro.Call(arguments, definedIn, rendering);

    public override void WriteRepr(TextBuilder text) => text.Append($"<Macro '{macro.Name}'>");
}
