// Owns evictable blocks in the order of a pair of numbers.
namespace Tern.Scheduling.Eviction;

/// <summary>Blocks with keys; the smallest key is evicted first. All operations O(log n) at most, none allocates.</summary>
internal sealed class EvictionHeap
{
    private readonly (long First, long Second)[] _keys;
    private readonly int[] _places; // place in the heap; -1: not in it
    private readonly IndexedHeap<int, ByKey> _heap;

    public EvictionHeap(int blockCount)
    {
        _keys = new (long, long)[blockCount];
        _places = new int[blockCount];
        Array.Fill(_places, -1);
        _heap = new IndexedHeap<int, ByKey>(new ByKey(_keys, _places), blockCount);
    }

    public int Count => _heap.Count;

    public bool Contains(int block) => _places[block] >= 0;

    /// <summary>Adds a block; its key stays until it is removed.</summary>
    public void Add(int block, long first, long second)
    {
        if (Contains(block))
            throw new InvalidOperationException($"block {block} is already evictable");
        _keys[block] = (first, second);
        _heap.Add(block);
    }

    public void Remove(int block)
    {
        if (!Contains(block))
            throw new InvalidOperationException($"block {block} is not evictable");
        _heap.Remove(block);
    }

    public int Evict()
    {
        if (Count == 0)
            throw new InvalidOperationException("no block is evictable");
        var block = _heap.First;
        _heap.Remove(block);
        return block;
    }

    private readonly struct ByKey((long First, long Second)[] keys, int[] places) : IHeapOrder<int>
    {
        public bool Before(int a, int b) => keys[a].CompareTo(keys[b]) is var sign && sign != 0 ? sign < 0 : a < b;

        public int PlaceOf(int item) => places[item];

        public void SetPlace(int item, int place) => places[item] = place;
    }
}
