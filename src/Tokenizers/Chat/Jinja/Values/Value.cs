// Owns what every value of a template can do: the protocol of Python objects, as far as templates see it.
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A value of the template language. The hierarchy is closed: a template cannot reach a .NET object.</summary>
internal abstract class Value
{
    /// <summary>The name of the Python type, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Python's truth value.</summary>
    public virtual bool IsTrue => true;

    /// <summary>Python's <c>len()</c>, or null when there is none.</summary>
    public virtual int? Count(Rendering rendering) => null;

    /// <summary>The items in order, or null when the value is not iterable.</summary>
    public virtual IEnumerable<Value>? Items(Rendering rendering) => null;

    /// <summary>A Python attribute or method, or null when there is none.</summary>
    public virtual Value? Attribute(string name, Rendering rendering) => null;

    /// <summary>The item of a key or index, or null when there is none.</summary>
    public virtual Value? Item(Value key, Rendering rendering) => null;

    /// <summary>Calls the value.</summary>
    public virtual Value Call(Arguments arguments, Rendering rendering) =>
        throw rendering.Error($"'{TypeName}' object is not callable");

    /// <summary>Whether the value can be called.</summary>
    public virtual bool IsCallable => false;

    /// <summary>Writes Python's <c>repr()</c>.</summary>
    public abstract void WriteRepr(TextBuilder text);

    /// <summary>Writes Python's <c>str()</c>.</summary>
    public virtual void WriteText(TextBuilder text) => WriteRepr(text);
}
