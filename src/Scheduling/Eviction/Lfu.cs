// Owns the eviction policy "least often used first".
namespace Tern.Scheduling.Eviction;

/// <summary>
/// Least frequently used (one of LMCache's cache policies): who was used least often since its content is cached goes first, of equals the
/// least recently used. What was popular once stays long.
/// </summary>
public sealed class Lfu : IEvictionPolicy
{
    private readonly EvictionHeap _heap;
    private readonly long[] _uses;
    private long _now;

    /// <summary>Creates an empty order for blocks 0 … <paramref name="blockCount"/> - 1.</summary>
    public Lfu(int blockCount)
    {
        _heap = new EvictionHeap(blockCount);
        _uses = new long[blockCount];
    }

    /// <inheritdoc/>
    public int Count => _heap.Count;

    /// <inheritdoc/>
    public bool Contains(int block) => _heap.Contains(block);

    /// <inheritdoc/>
    public void Renew(int block) => _uses[block] = 0;

    /// <inheritdoc/>
    public void Add(int block)
    {
        _heap.Add(block, _uses[block] + 1, ++_now);
        _uses[block]++;
    }

    /// <inheritdoc/>
    public void Remove(int block) => _heap.Remove(block);

    /// <inheritdoc/>
    public int Evict() => _heap.Evict();
}
