// Owns the eviction policy "least recently used first".
namespace Tern.Scheduling.Eviction;

/// <summary>
/// Least recently used (vLLM's and SGLang's choice). A doubly linked list threaded through arrays, every operation O(1). A sequence
/// releases its blocks last block first, so a prefix outlives what follows it.
/// </summary>
public sealed class Lru : IEvictionPolicy
{
    private readonly int[] _previous;
    private readonly int[] _next;

    /// <summary>Creates an empty list for blocks 0 … <paramref name="blockCount"/> - 1.</summary>
    public Lru(int blockCount)
    {
        _previous = new int[blockCount + 1];
        _next = new int[blockCount + 1];
        _previous.AsSpan().Fill(-1);
        _next.AsSpan().Fill(-1);
        // The last entry is the ring's head: its next is the oldest, its previous the newest.
        _previous[blockCount] = _next[blockCount] = blockCount;
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public bool Contains(int block) => _next[block] >= 0;

    /// <summary>Nothing: its place counts from its next release.</summary>
    public void Renew(int block) { }

    /// <inheritdoc/>
    public void Add(int block)
    {
        if (Contains(block))
            throw new InvalidOperationException($"block {block} is already evictable");
        var head = _next.Length - 1;
        var newest = _previous[head];
        (_previous[block], _next[block]) = (newest, head);
        _next[newest] = _previous[head] = block;
        Count++;
    }

    /// <inheritdoc/>
    public void Remove(int block)
    {
        if (!Contains(block))
            throw new InvalidOperationException($"block {block} is not evictable");
        (_next[_previous[block]], _previous[_next[block]]) = (_next[block], _previous[block]);
        _previous[block] = _next[block] = -1;
        Count--;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        if (Count == 0)
            throw new InvalidOperationException("no block is evictable");
        var oldest = _next[^1];
        Remove(oldest);
        return oldest;
    }
}
