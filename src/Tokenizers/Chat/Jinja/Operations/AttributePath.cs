// Owns the attribute argument of filters: "a.b.0", a number, or several separated by commas.
using System.Globalization;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>A path from an item to the value that a filter works on.</summary>
internal sealed class AttributePath
{
    private readonly Value[] _keys;
    private readonly Value? _otherwise;

    private AttributePath(Value[] keys, Value? otherwise)
    {
        _keys = keys;
        _otherwise = otherwise;
    }

    /// <summary>Parses one path; without an attribute it leads to the item itself.</summary>
    public static AttributePath Parse(Value? attribute, Value? otherwise) =>
        attribute switch
        {
            null or NoneValue => new AttributePath([], null),
            StringValue text => new AttributePath([.. text.Text.Split('.').Select(Key)], otherwise),
            _ => new AttributePath([attribute], otherwise),
        };

    /// <summary>Parses several paths separated by commas.</summary>
    public static AttributePath[] ParseMany(Value? attribute) =>
        attribute is StringValue text
            ? [.. text.Text.Split(',').Select(path => Parse(new StringValue(path), null))]
            : [Parse(attribute, null)];

    public Value Get(Value item, Rendering rendering)
    {
        foreach (var key in _keys)
        {
            rendering.Charge(1);
            item = Access.Item(item, key, rendering);
            if (item is UndefinedValue && _otherwise is not null)
                item = _otherwise;
        }
        return item;
    }

    private static Value Key(string part) =>
        part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
            ? IntValue.Of(int.Parse(part, CultureInfo.InvariantCulture))
            : new StringValue(part);
}
