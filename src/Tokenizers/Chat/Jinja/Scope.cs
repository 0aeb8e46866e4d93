// Owns which variables a part of the template sees.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja;

/// <summary>Variables of one block, loop turn or macro call; a name that is not here is looked up in the parent.</summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, Value>? _variables;

    public Value? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables is not null && scope._variables.TryGetValue(name, out var value))
                return value;
        }
        return null;
    }

    public void Set(string name, Value value) =>
        (_variables ??= new Dictionary<string, Value>(StringComparer.Ordinal))[name] = value;

    private Scope? Parent => parent;
}
