// Owns what an indexed heap must know of its items.
namespace Tern.Scheduling;

/// <summary>The order of a heap's items, and where each item remembers its place.</summary>
internal interface IHeapOrder<T>
{
    /// <summary>Whether <paramref name="a"/> comes before <paramref name="b"/>: a strict total order.</summary>
    bool Before(T a, T b);

    /// <summary>Where the item is, as last told.</summary>
    int PlaceOf(T item);

    /// <summary>Tells the item its place; -1: not in the heap any more.</summary>
    void SetPlace(T item, int place);
}
