// Owns the cutting of a batch into parts that fit the memory.
namespace Tern.Training.Data;

internal static class MicroBatches
{
    /// <summary>Items in their order, in parts of at most so many tokens; an item that is longer alone makes one by itself.</summary>
    /// <param name="items">The batch.</param>
    /// <param name="tokensOf">Tokens of an item.</param>
    /// <param name="tokens">Tokens in memory at a time.</param>
    public static IEnumerable<IReadOnlyList<T>> Cut<T>(IReadOnlyList<T> items, Func<T, int> tokensOf, int tokens)
    {
        var part = new List<T>();
        int taken = 0;
        foreach (var item in items)
        {
            int length = tokensOf(item);
            if (part.Count > 0 && taken + length > tokens)
            {
                yield return part;
                part = [];
                taken = 0;
            }
            part.Add(item);
            taken += length;
        }
        if (part.Count > 0)
            yield return part;
    }
}
