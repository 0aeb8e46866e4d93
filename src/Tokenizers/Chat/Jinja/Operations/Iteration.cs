// Owns walking over values, with every item charged.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Iteration
{
    /// <summary>The items of a value; an error at once for what is not iterable.</summary>
    public static IEnumerable<Value> Over(Value value, Rendering rendering) =>
        Charged(
            value.Items(rendering) ?? throw rendering.Error($"'{value.TypeName}' object is not iterable"),
            rendering
        );

    private static IEnumerable<Value> Charged(IEnumerable<Value> items, Rendering rendering)
    {
        foreach (var item in items)
        {
            rendering.Charge(1);
            yield return item;
        }
    }
}
