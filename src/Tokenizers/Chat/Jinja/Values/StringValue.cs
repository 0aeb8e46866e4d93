// Owns strings. Python counts code points, .NET UTF-16 units: PythonText bridges that.
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A string, or (from the filters <c>safe</c> and <c>escape</c>) markup that escapes what is added to it.</summary>
internal sealed class StringValue(string text, bool isMarkup = false) : Value
{
    public static readonly StringValue Empty = new("");

    public string Text => text;

    public bool IsMarkup => isMarkup;

    public override string TypeName => isMarkup ? "Markup" : "str";

    public override bool IsTrue => text.Length > 0;

    public override int? Count(Rendering rendering) => PythonText.Length(text);

    public override IEnumerable<Value> Items(Rendering rendering)
    {
        for (var at = 0; at < text.Length; )
        {
            var width = PythonText.WidthAt(text, at);
            yield return new StringValue(text.Substring(at, width));
            at += width;
        }
    }

    public override Value? Attribute(string name, Rendering rendering) => StringMethods.Find(this, name);

    public override Value? Item(Value key, Rendering rendering)
    {
        if (key is SliceValue slice)
            return new StringValue(PythonText.Slice(text, slice, rendering), isMarkup);
        if (Conversion.TryIndex(key) is not { } index)
            return null;
        rendering.Charge(text.Length / 16);
        return PythonText.At(text, index) is { } character ? new StringValue(character, isMarkup) : null;
    }

    public override void WriteRepr(TextBuilder target)
    {
        if (isMarkup)
            target.Append("Markup(");
        PythonText.WriteRepr(text, target);
        if (isMarkup)
            target.Append(")");
    }

    public override void WriteText(TextBuilder target) => target.Append(text);
}
