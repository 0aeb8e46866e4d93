// Owns the equality of dictionary keys, with its cost charged to the rendering.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal sealed class ValueComparer(Rendering rendering) : IEqualityComparer<Value>
{
    public bool Equals(Value? x, Value? y) => Comparison.AreEqual(x!, y!, rendering);

    public int GetHashCode(Value obj) => Comparison.Hash(obj, rendering);
}
