// Owns which replica is believed to hold which prefix: one index from content to replicas instead of a question to each.
using Tern.Scheduling.Blocks;

namespace Tern.Scheduling.Routing;

/// <summary>
/// What replicas hold, as far as it follows from the requests given to them: each holds the chunks it was given last, as many as fit its
/// cache (least recently used go first, of one request the last chunk first, so that what a replica holds of a prompt is always a
/// prefix). A look-up costs the prompt's chunks and the replicas it names, not all replicas.
/// </summary>
public sealed class PrefixIndex
{
    /// <summary>Tokens of a chunk (Mooncake's traces: blocks of 512 tokens).</summary>
    public const int ChunkTokens = 512;

    private readonly Dictionary<(ulong Hash, int Replica), int> _entries = [];
    private readonly Dictionary<ulong, int> _holders = []; // the entry touched last of each chunk
    private readonly Stack<int> _spare = [];
    private readonly int[] _capacity;
    private readonly int[] _count;
    private readonly List<ulong> _chain = [];
    private Entry[] _pool;
    private Request? _chainOf;

    /// <summary>Creates an empty index.</summary>
    /// <param name="capacities">Chunks that each replica's cache holds.</param>
    public PrefixIndex(ReadOnlySpan<int> capacities)
    {
        _capacity = capacities.ToArray();
        _count = new int[capacities.Length];
        // The first entries are the rings' heads, one a replica: next is the oldest, previous the newest.
        _pool = new Entry[Math.Max(16, 2 * capacities.Length)];
        for (var i = _pool.Length - 1; i >= capacities.Length; i--)
            _spare.Push(i);
        for (var replica = 0; replica < capacities.Length; replica++)
            _pool[replica].Previous = _pool[replica].Next = replica;
    }

    /// <summary>An empty index of replicas, each with the cache of its scheduler's blocks.</summary>
    public static PrefixIndex Of(ReplicaSet replicas)
    {
        var capacities = new int[replicas.All.Length];
        foreach (var replica in replicas.All)
        {
            var options = replica.Scheduler.Options;
            if (options.EnablePrefixCaching)
                capacities[replica.Index] = (int)((long)options.BlockCount * options.BlockSize / ChunkTokens);
        }
        return new PrefixIndex(capacities);
    }

    internal static InvalidOperationException Missing() =>
        new(
            $"a routing policy that remembers prefixes serves one set of replicas; ask it by {nameof(IRoutingPolicy.For)}"
        );

    /// <summary>Chunks that a replica is believed to hold.</summary>
    public int HeldBy(int replica) => _count[replica];

    /// <summary>
    /// Finds the replicas that hold the longest prefixes of a request's prompt: the longest first, of equally long ones the one touched
    /// last first.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="hits">Receives replicas and the tokens they hold, as many as it has room for.</param>
    /// <returns>How many there are in <paramref name="hits"/>.</returns>
    public int Longest(Request request, Span<PrefixHit> hits)
    {
        var chain = Chain(request);
        var found = 0;
        // Holders of a chunk hold those before it too: the first ones seen from the end are the best.
        for (var depth = Known(chain) - 1; depth >= 0 && found < hits.Length; depth--)
        {
            for (var at = _holders[chain[depth]]; at != 0 && found < hits.Length; at = _pool[at].OlderHolder)
            {
                if (!Named(hits[..found], _pool[at].Replica))
                    hits[found++] = new PrefixHit(_pool[at].Replica, (depth + 1) * ChunkTokens);
            }
        }
        return found;
    }

    /// <summary>Tokens of a request's prompt that a replica holds.</summary>
    public int TokensAt(Request request, int replica)
    {
        var chain = Chain(request);
        var (low, high) = (0, chain.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries.ContainsKey((chain[middle], replica)))
                low = middle + 1;
            else
                high = middle;
        }
        return low * ChunkTokens;
    }

    /// <summary>Books that a replica is given a request and so will hold its prompt.</summary>
    public void Touch(Request request, int replica)
    {
        var chain = Chain(request);
        for (var depth = chain.Count - 1; depth >= 0; depth--)
        {
            // Of a prompt longer than the cache the beginning stays.
            if (depth < _capacity[replica])
                Touch(chain[depth], replica);
        }
    }

    private void Touch(ulong hash, int replica)
    {
        if (_entries.TryGetValue((hash, replica), out var entry))
        {
            Unlink(entry);
        }
        else
        {
            if (_count[replica] == _capacity[replica])
                Drop(_pool[replica].Next);
            entry = Take();
            _entries.Add((hash, replica), entry);
            _count[replica]++;
        }
        Link(entry, hash, replica);
    }

    private void Drop(int entry)
    {
        var (hash, replica) = (_pool[entry].Hash, _pool[entry].Replica);
        Unlink(entry);
        _entries.Remove((hash, replica));
        _count[replica]--;
        _spare.Push(entry);
    }

    /// <summary>Makes an entry the newest of its replica and of its chunk.</summary>
    private void Link(int entry, ulong hash, int replica)
    {
        var newest = _pool[replica].Previous;
        _holders.TryGetValue(hash, out var older);
        _pool[entry] = new Entry(hash, replica, newest, replica, NewerHolder: 0, older);
        _pool[newest].Next = _pool[replica].Previous = entry;
        if (older != 0)
            _pool[older].NewerHolder = entry;
        _holders[hash] = entry;
    }

    private void Unlink(int entry)
    {
        var was = _pool[entry];
        _pool[was.Previous].Next = was.Next;
        _pool[was.Next].Previous = was.Previous;
        if (was.OlderHolder != 0)
            _pool[was.OlderHolder].NewerHolder = was.NewerHolder;
        if (was.NewerHolder != 0)
            _pool[was.NewerHolder].OlderHolder = was.OlderHolder;
        else if (was.OlderHolder != 0)
            _holders[was.Hash] = was.OlderHolder;
        else
            _holders.Remove(was.Hash);
    }

    private int Take()
    {
        if (_spare.Count == 0)
        {
            var first = _pool.Length;
            Array.Resize(ref _pool, 2 * first);
            for (var i = _pool.Length - 1; i >= first; i--)
                _spare.Push(i);
        }
        return _spare.Pop();
    }

    /// <summary>Leading chunks that anybody holds.</summary>
    private int Known(List<ulong> chain)
    {
        var known = 0;
        while (known < chain.Count && _holders.ContainsKey(chain[known]))
            known++;
        return known;
    }

    /// <summary>The chain hashes of a prompt's full chunks; those of the last request asked for are kept.</summary>
    private List<ulong> Chain(Request request)
    {
        if (ReferenceEquals(_chainOf, request))
            return _chain;
        _chainOf = request;
        _chain.Clear();
        var hash = BlockHash.Root(request.CacheSalt);
        var prompt = request.Prompt.Span;
        for (; prompt.Length >= ChunkTokens; prompt = prompt[ChunkTokens..])
            _chain.Add(hash = BlockHash.Chain(hash, prompt[..ChunkTokens]));
        return _chain;
    }

    private static bool Named(ReadOnlySpan<PrefixHit> hits, int replica)
    {
        foreach (var hit in hits)
        {
            if (hit.Replica == replica)
                return true;
        }
        return false;
    }

    private record struct Entry(ulong Hash, int Replica, int Previous, int Next, int NewerHolder, int OlderHolder);
}
