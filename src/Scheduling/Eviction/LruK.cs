// Owns the eviction policy "whose K-th last use is longest ago".
namespace Tern.Scheduling.Eviction;

/// <summary>
/// LRU-K (O'Neil, O'Neil, Weikum: The LRU-K Page Replacement Algorithm, SIGMOD 1993, §2): the block whose K-th last use is longest ago goes
/// first; one used fewer than K times has none and goes before all others, of these the least recently used. So a long prompt
/// seen once does not drive out what many share. Uses before the content was cached are not known (no retained history).
/// </summary>
public sealed class LruK : IEvictionPolicy
{
    private readonly EvictionHeap _heap;
    private readonly int _k;
    private readonly long[] _uses; // [block, k], a ring; 0: no use
    private readonly int[] _oldest; // place in the ring of the K-th last use
    private long _now;

    /// <summary>Creates an empty order for blocks 0 … <paramref name="blockCount"/> - 1.</summary>
    /// <param name="blockCount">Number of blocks.</param>
    /// <param name="k">Which last use counts; 2 is the paper's recommendation (§4), 1 is LRU.</param>
    public LruK(int blockCount, int k = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        _k = k;
        _heap = new EvictionHeap(blockCount);
        _uses = new long[blockCount * k];
        _oldest = new int[blockCount];
    }

    /// <inheritdoc/>
    public int Count => _heap.Count;

    /// <inheritdoc/>
    public bool Contains(int block) => _heap.Contains(block);

    /// <inheritdoc/>
    public void Renew(int block) => _uses.AsSpan(block * _k, _k).Clear();

    /// <inheritdoc/>
    public void Add(int block)
    {
        if (Contains(block))
            throw new InvalidOperationException($"block {block} is already evictable");
        var ring = _uses.AsSpan(block * _k, _k);
        ring[_oldest[block]] = ++_now;
        _oldest[block] = (_oldest[block] + 1) % _k;
        _heap.Add(block, ring[_oldest[block]], _now);
    }

    /// <inheritdoc/>
    public void Remove(int block) => _heap.Remove(block);

    /// <inheritdoc/>
    public int Evict() => _heap.Evict();
}
