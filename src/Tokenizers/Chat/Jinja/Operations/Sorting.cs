// Owns Python's sort: stable, and safe with orders that contradict themselves (not-a-number).
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Sorting
{
    /// <summary>Sorts by a key, stable in both directions (merge sort).</summary>
    public static T[] Sort<T>(T[] items, Func<T, Value> key, bool isDescending, Rendering rendering)
    {
        rendering.CheckItems(items.Length);
        var keyed = Array.ConvertAll(items, item => (Key: key(item), Item: item));
        var merged = new (Value Key, T Item)[items.Length];
        for (var width = 1; width < items.Length; width *= 2)
        {
            for (var start = 0; start < items.Length; start += 2 * width)
            {
                var (left, middle) = (start, Math.Min(start + width, items.Length));
                var (right, end) = (middle, Math.Min(middle + width, items.Length));
                for (var at = start; at < end; at++)
                {
                    var takesRight =
                        left == middle
                        || (right < end && Precedes(keyed[right].Key, keyed[left].Key, isDescending, rendering));
                    merged[at] = takesRight ? keyed[right++] : keyed[left++];
                }
            }
            (keyed, merged) = (merged, keyed);
        }
        return Array.ConvertAll(keyed, pair => pair.Item);
    }

    private static bool Precedes(Value later, Value earlier, bool isDescending, Rendering rendering) =>
        isDescending
            ? Comparison.Ordered(earlier, later, "<", rendering)
            : Comparison.Ordered(later, earlier, "<", rendering);
}
