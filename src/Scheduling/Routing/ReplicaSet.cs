// Owns the replicas a router chooses among, with the least loaded one always at hand.
namespace Tern.Scheduling.Routing;

/// <summary>
/// Replicas that serve the same model in the same role. A heap by (<see cref="Replica.Outstanding"/>, index) is kept up to date, so
/// that a decision does not cost a look at every replica.
/// </summary>
public sealed class ReplicaSet
{
    private readonly Replica[] _all;
    private readonly IndexedHeap<Replica, ByLoad> _heap;

    /// <summary>Creates a set.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public ReplicaSet(IEnumerable<Replica> replicas)
    {
        _all = [.. replicas];
        if (_all.Length == 0)
            throw new ArgumentException("a set of replicas needs at least one", nameof(replicas));
        _heap = new IndexedHeap<Replica, ByLoad>(default, _all.Length);
        foreach (var replica in _all)
            _heap.Add(replica);
    }

    /// <summary>The replicas by index.</summary>
    public ReadOnlySpan<Replica> All => _all;

    /// <summary>Requests routed so far.</summary>
    public long Routed { get; private set; }

    /// <summary>The replica with the fewest outstanding requests, the first of equal ones.</summary>
    public Replica LeastOutstanding => _heap.First;

    /// <summary>Books that a request was given to a replica.</summary>
    public void Assign(Replica replica, int promptTokens)
    {
        Routed++;
        replica.Outstanding++;
        replica.PromptBacklog += promptTokens;
        _heap.Update(replica);
    }

    /// <summary>Books that the prompt of a request is computed.</summary>
    public void Prefilled(Replica replica, int promptTokens) => replica.PromptBacklog -= promptTokens;

    /// <summary>Books that a replica is done with a request.</summary>
    public void Release(Replica replica)
    {
        replica.Outstanding--;
        _heap.Update(replica);
    }

    private readonly struct ByLoad : IHeapOrder<Replica>
    {
        public bool Before(Replica a, Replica b) =>
            a.Outstanding != b.Outstanding ? a.Outstanding < b.Outstanding : a.Index < b.Index;

        public int PlaceOf(Replica item) => item.HeapIndex;

        public void SetPlace(Replica item, int place) => item.HeapIndex = place;
    }
}
