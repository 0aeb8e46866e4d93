// Owns the replicas a router chooses among, with the least loaded one always at hand.
namespace Tern.Scheduling.Routing;

/// <summary>
/// Replicas that serve the same model in the same role. A binary heap by (<see cref="Replica.Outstanding"/>, index) is kept up to date, so
/// that a decision does not cost a look at every replica.
/// </summary>
public sealed class ReplicaSet
{
    private readonly Replica[] _all;
    private readonly Replica[] _heap;

    /// <summary>Creates a set.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public ReplicaSet(IEnumerable<Replica> replicas)
    {
        _all = [.. replicas];
        if (_all.Length == 0)
            throw new ArgumentException("a set of replicas needs at least one", nameof(replicas));
        _heap = [.. _all];
        for (var i = 0; i < _heap.Length; i++)
            _heap[i].HeapIndex = i;
    }

    /// <summary>The replicas by index.</summary>
    public ReadOnlySpan<Replica> All => _all;

    /// <summary>Requests routed so far.</summary>
    public long Routed { get; private set; }

    /// <summary>The replica with the fewest outstanding requests, the first of equal ones.</summary>
    public Replica LeastOutstanding => _heap[0];

    /// <summary>Books that a request was given to a replica.</summary>
    public void Assign(Replica replica, int promptTokens)
    {
        Routed++;
        replica.Outstanding++;
        replica.PromptBacklog += promptTokens;
        Down(replica);
    }

    /// <summary>Books that the prompt of a request is computed.</summary>
    public void Prefilled(Replica replica, int promptTokens) => replica.PromptBacklog -= promptTokens;

    /// <summary>Books that a replica is done with a request.</summary>
    public void Release(Replica replica)
    {
        replica.Outstanding--;
        Up(replica);
    }

    private static bool Less(Replica a, Replica b) =>
        a.Outstanding != b.Outstanding ? a.Outstanding < b.Outstanding : a.Index < b.Index;

    private void Up(Replica replica)
    {
        var index = replica.HeapIndex;
        for (; index > 0 && Less(replica, _heap[(index - 1) / 2]); index = (index - 1) / 2)
            Place(index, _heap[(index - 1) / 2]);
        Place(index, replica);
    }

    private void Down(Replica replica)
    {
        var index = replica.HeapIndex;
        while (2 * index + 1 < _heap.Length)
        {
            var child = 2 * index + 1;
            if (child + 1 < _heap.Length && Less(_heap[child + 1], _heap[child]))
                child++;
            if (Less(replica, _heap[child]))
                break;
            Place(index, _heap[child]);
            index = child;
        }
        Place(index, replica);
    }

    private void Place(int index, Replica replica)
    {
        _heap[index] = replica;
        replica.HeapIndex = index;
    }
}
