// Owns the sequences that wait, in the order of the policy.
namespace Tern.Scheduling.Ordering;

/// <summary>Waiting sequences; all operations O(log n).</summary>
internal sealed class WaitingQueue(IOrderingPolicy ordering)
{
    private readonly IndexedHeap<Sequence, ByPolicy> _heap = new(new ByPolicy(ordering));

    public int Count => _heap.Count;

    /// <summary>Tokens of all that wait.</summary>
    public long Tokens { get; private set; }

    /// <summary>Who goes first, or null.</summary>
    public Sequence? First => _heap.Count > 0 ? _heap.First : null;

    public void Add(Sequence sequence)
    {
        Tokens += sequence.TokenCount;
        _heap.Add(sequence);
    }

    public void Remove(Sequence sequence)
    {
        Tokens -= sequence.TokenCount;
        _heap.Remove(sequence);
    }

    private readonly struct ByPolicy(IOrderingPolicy ordering) : IHeapOrder<Sequence>
    {
        public bool Before(Sequence a, Sequence b) => ordering.Compare(a, b) < 0;

        public int PlaceOf(Sequence item) => item.HeapIndex;

        public void SetPlace(Sequence item, int place) => item.HeapIndex = place;
    }
}
