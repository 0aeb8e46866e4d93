// Owns evictable blocks in the order of a pair of numbers, as a binary heap from which any of them can be removed.
namespace Tern.Scheduling.Eviction;

/// <summary>Blocks with keys; the smallest key is evicted first. All operations O(log n) at most, none allocates.</summary>
internal sealed class EvictionHeap
{
    private readonly (long First, long Second)[] _keys;
    private readonly int[] _heap;
    private readonly int[] _places; // place in the heap + 1; 0: not in it

    public EvictionHeap(int blockCount)
    {
        _keys = new (long, long)[blockCount];
        _heap = new int[blockCount];
        _places = new int[blockCount];
    }

    public int Count { get; private set; }

    public bool Contains(int block) => _places[block] > 0;

    /// <summary>Adds a block; its key stays until it is removed.</summary>
    public void Add(int block, long first, long second)
    {
        if (Contains(block))
            throw new InvalidOperationException($"block {block} is already evictable");
        _keys[block] = (first, second);
        Up(Count++, block);
    }

    public void Remove(int block)
    {
        if (!Contains(block))
            throw new InvalidOperationException($"block {block} is not evictable");
        var hole = _places[block] - 1;
        _places[block] = 0;
        var last = _heap[--Count];
        if (last == block)
            return;
        Down(hole, last);
        Up(_places[last] - 1, last);
    }

    public int Evict()
    {
        if (Count == 0)
            throw new InvalidOperationException("no block is evictable");
        var block = _heap[0];
        Remove(block);
        return block;
    }

    private bool Before(int a, int b) => _keys[a].CompareTo(_keys[b]) < 0;

    private void Up(int place, int block)
    {
        while (place > 0 && Before(block, _heap[(place - 1) / 2]))
        {
            Put(place, _heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        Put(place, block);
    }

    private void Down(int place, int block)
    {
        while (2 * place + 1 < Count)
        {
            var child = 2 * place + 1;
            if (child + 1 < Count && Before(_heap[child + 1], _heap[child]))
                child++;
            if (!Before(_heap[child], block))
                break;
            Put(place, _heap[child]);
            place = child;
        }
        Put(place, block);
    }

    private void Put(int place, int block)
    {
        _heap[place] = block;
        _places[block] = place + 1;
    }
}
