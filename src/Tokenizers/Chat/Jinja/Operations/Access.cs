// Owns value.name and value[key], with Jinja's fallback from one to the other.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Access
{
    /// <summary><c>value.name</c>: an attribute or method, else an item, else undefined.</summary>
    public static Value Attribute(Value value, StringValue name, Rendering rendering) =>
        value.Attribute(name.Text, rendering) ?? value.Item(name, rendering) ?? UndefinedValue.Member(value, name);

    /// <summary><c>value[key]</c>: an item, else an attribute or method, else undefined.</summary>
    public static Value Item(Value value, Value key, Rendering rendering) =>
        value.Item(key, rendering)
        ?? (key is StringValue name ? value.Attribute(name.Text, rendering) : null)
        ?? UndefinedValue.Member(value, key);
}
