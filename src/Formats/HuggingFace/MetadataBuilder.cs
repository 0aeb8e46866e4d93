// Owns metadata under construction: GGUF keys of one architecture, in order.
namespace Tern.Formats.HuggingFace;

/// <summary>Collects pairs; a key beginning with a dot gets the architecture's name in front.</summary>
internal sealed class MetadataBuilder(string architecture)
{
    public OrderedDictionary<string, object> Values { get; } = new(StringComparer.Ordinal);

    public void Set(string key, string value) => Values[Full(key)] = value;

    public void Set(string key, bool value) => Values[Full(key)] = value;

    public void Set(string key, int? value)
    {
        if (value is { } number)
            Values[Full(key)] = (uint)number;
    }

    public void Set(string key, float? value)
    {
        if (value is { } number)
            Values[Full(key)] = number;
    }

    public void Set(string key, Array value) => Values[Full(key)] = value;

    private string Full(string key) => key[0] == '.' ? architecture + key : key;
}
