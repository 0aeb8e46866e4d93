// Owns the methods of dictionaries that change nothing; those that would are refused.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class DictMethods
{
    public static Value? Find(DictValue self, string name) =>
        name switch
        {
            "get" => new FunctionValue(name, (a, r) => Get(self, a, r)),
            "items" or "keys" or "values" => new FunctionValue(name, (_, _) => new DictViewValue(self, name)),
            "copy" => new FunctionValue(name, (_, _) => self),
            "clear" or "pop" or "popitem" or "setdefault" or "update" => UndefinedValue.Unsafe(self.TypeName, name),
            _ => null,
        };

    private static Value Get(DictValue self, ArgumentReader arguments, Rendering rendering)
    {
        var key = Comparison.Key(arguments.Require("key"), rendering);
        var otherwise = arguments.Next("default") ?? NoneValue.Instance;
        return self.Entries.TryGetValue(key, out var value) ? value : otherwise;
    }
}
