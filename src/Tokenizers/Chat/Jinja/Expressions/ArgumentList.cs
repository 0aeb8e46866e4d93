// Owns the arguments as written in a call: by position, by name, and unpacked with * and **.
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Expressions;

internal sealed class ArgumentList(
    IReadOnlyList<Expression> positional,
    IReadOnlyList<KeyValuePair<string, Expression>> named,
    Expression? unpacked,
    Expression? unpackedNamed
)
{
    public static readonly ArgumentList Empty = new([], [], null, null);

    public Arguments Evaluate(Rendering rendering)
    {
        if (ReferenceEquals(this, Empty))
            return Arguments.None;
        var values = new List<Value>(positional.Count);
        foreach (var argument in positional)
            values.Add(argument.Evaluate(rendering));
        if (unpacked is not null)
            values.AddRange(Conversion.ToList(unpacked.Evaluate(rendering), rendering));
        var pairs = new List<KeyValuePair<string, Value>>(named.Count);
        foreach (var (name, argument) in named)
            pairs.Add(new(name, argument.Evaluate(rendering)));
        if (unpackedNamed?.Evaluate(rendering) is { } extra)
            Unpack(extra, pairs, rendering);
        rendering.Charge(values.Count + pairs.Count);
        return new Arguments(values, pairs);
    }

    private static void Unpack(Value extra, List<KeyValuePair<string, Value>> pairs, Rendering rendering)
    {
        if (extra is not DictValue dict)
            throw rendering.Error($"argument after ** must be a mapping, not {extra.TypeName}");
        // Looking for duplicates is quadratic, hence the low bound on names in a call.
        if (dict.Entries.Count > 1000)
            throw rendering.Error("more than 1000 keyword arguments in a call");
        foreach (var (key, value) in dict.Entries)
        {
            if (key is not StringValue name)
                throw rendering.Error("keywords must be strings");
            if (pairs.Exists(pair => pair.Key == name.Text))
                throw rendering.Error($"got multiple values for keyword argument '{name.Text}'");
            pairs.Add(new(name.Text, value));
        }
    }
}
