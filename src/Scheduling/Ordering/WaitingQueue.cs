// Owns the sequences that wait, as a binary heap in the order of the policy from which any of them can be removed.
namespace Tern.Scheduling.Ordering;

/// <summary>Waiting sequences; all operations O(log n).</summary>
internal sealed class WaitingQueue(IOrderingPolicy ordering)
{
    private readonly List<Sequence> _heap = [];

    public int Count => _heap.Count;

    /// <summary>Tokens of all that wait.</summary>
    public long Tokens { get; private set; }

    /// <summary>Who goes first, or null.</summary>
    public Sequence? First => _heap.Count > 0 ? _heap[0] : null;

    public void Add(Sequence sequence)
    {
        _heap.Add(sequence);
        Tokens += sequence.TokenCount;
        Up(_heap.Count - 1, sequence);
    }

    public void Remove(Sequence sequence)
    {
        Tokens -= sequence.TokenCount;
        var hole = sequence.HeapIndex;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        sequence.HeapIndex = -1;
        if (ReferenceEquals(last, sequence))
            return;
        Down(hole, last);
        Up(last.HeapIndex, last);
    }

    private void Up(int index, Sequence sequence)
    {
        while (index > 0 && ordering.Compare(sequence, _heap[(index - 1) / 2]) < 0)
        {
            Place(index, _heap[(index - 1) / 2]);
            index = (index - 1) / 2;
        }
        Place(index, sequence);
    }

    private void Down(int index, Sequence sequence)
    {
        while (2 * index + 1 < _heap.Count)
        {
            var child = 2 * index + 1;
            if (child + 1 < _heap.Count && ordering.Compare(_heap[child + 1], _heap[child]) < 0)
                child++;
            if (ordering.Compare(sequence, _heap[child]) < 0)
                break;
            Place(index, _heap[child]);
            index = child;
        }
        Place(index, sequence);
    }

    private void Place(int index, Sequence sequence)
    {
        _heap[index] = sequence;
        sequence.HeapIndex = index;
    }
}
