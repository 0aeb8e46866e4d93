// Owns the evaluated arguments of a call.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>Arguments by position and by name.</summary>
internal sealed record Arguments(IReadOnlyList<Value> Positional, IReadOnlyList<KeyValuePair<string, Value>> Named)
{
    public static readonly Arguments None = new([], []);

    public static Arguments Of(params IReadOnlyList<Value> positional) => new(positional, []);
}
