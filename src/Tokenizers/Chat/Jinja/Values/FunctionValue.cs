// Owns the callables that the interpreter offers: global functions and bound methods.
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A function of the interpreter; arguments that the body does not read are an error.</summary>
internal sealed class FunctionValue(string name, Func<ArgumentReader, Rendering, Value> body) : Value
{
    public override string TypeName => "function";

    public override bool IsCallable => true;

    public override Value Call(Arguments arguments, Rendering rendering)
    {
        var reader = new ArgumentReader($"{name}()", arguments, rendering);
        var result = body(reader, rendering);
        reader.End();
        return result;
    }

    public override void WriteRepr(TextBuilder text) => text.Append($"<function {name}>");
}
