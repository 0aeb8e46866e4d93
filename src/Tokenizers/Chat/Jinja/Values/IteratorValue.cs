// Owns lazy sequences that can be read once, such as the result of the filters map and select.
namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A Python generator: always true, without length, used up by reading.</summary>
internal sealed class IteratorValue(IEnumerable<Value> items) : Value
{
    private readonly IEnumerator<Value> _items = items.GetEnumerator();

    public override string TypeName => "generator";

    public override IEnumerable<Value> Items(Rendering rendering)
    {
        while (true)
        {
            // Generators over generators recurse here, as deeply as a template stacks them.
            rendering.Step();
            if (!_items.MoveNext())
                yield break;
            yield return _items.Current;
        }
    }

    public override void WriteRepr(TextBuilder text) => text.Append("<generator object>");
}
