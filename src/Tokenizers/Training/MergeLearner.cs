// Owns learning which pairs merge (R. Sennrich et al., ACL 2016, arXiv:1508.07909, section 3.2): the most frequent pair of
// neighbours becomes a token, again and again. Counts are kept up to date where a merge changes them, and a heap gives the
// next pair, so a merge costs what it touches and not another pass over the words.
using System.Text;
using Tern.Tokenizers.Bpe;

namespace Tern.Tokenizers.Training;

/// <summary>
/// Learns merges over bytes. Ids below 256 are the bytes; merge m makes id 256 + m. Of pairs that are equally frequent the
/// one with the lower left id comes first, then the one with the lower right id, so the result depends on the counts of the
/// words alone.
/// </summary>
internal sealed class MergeLearner
{
    private const int Bytes = ByteAlphabet.Size;
    private const int None = -1;

    // All words one after the other, a place per byte: the symbol that begins there, or None inside a symbol.
    private readonly int[] symbols;
    private readonly int[] previous;
    private readonly int[] next;
    private readonly int[] wordOf;
    private readonly long[] frequencies;
    private readonly Dictionary<(int Left, int Right), Pair> pairs = [];
    private readonly PriorityQueue<Pair, (long Count, int Left, int Right)> queue = new(
        Comparer<(long Count, int Left, int Right)>.Create(
            static (a, b) =>
                a.Count != b.Count ? b.Count.CompareTo(a.Count)
                : a.Left != b.Left ? a.Left.CompareTo(b.Left)
                : a.Right.CompareTo(b.Right)
        )
    );

    /// <summary>Lays the words out and counts their pairs.</summary>
    /// <exception cref="NotSupportedException">The distinct words together have 2^31 bytes or more.</exception>
    public MergeLearner(IReadOnlyDictionary<string, long> words)
    {
        long length = words.Keys.Sum(word => (long)Encoding.UTF8.GetByteCount(word));
        if (length > Array.MaxLength)
            throw new NotSupportedException(
                $"the distinct words have {length} bytes; at most {Array.MaxLength} can be trained on"
            );
        symbols = new int[length];
        previous = new int[length];
        next = new int[length];
        wordOf = new int[length];
        frequencies = new long[words.Count];
        int start = 0;
        int index = 0;
        foreach (var (word, count) in words)
        {
            frequencies[index] = count;
            start = LayOut(Encoding.UTF8.GetBytes(word), start, index++);
        }
        for (int at = 0; at < symbols.Length; at++)
            AddPairAt(at);
    }

    /// <summary>Learns at most so many merges, best first.</summary>
    /// <param name="limit">Merges wanted; fewer come out when no pair is frequent enough any more.</param>
    /// <param name="minimumFrequency">What a pair must occur to merge.</param>
    /// <param name="isAllowed">Whether a pair may become a token; asked at most once a pair.</param>
    /// <param name="cancellation">Ends the work.</param>
    public List<(int Left, int Right)> Learn(
        int limit,
        long minimumFrequency,
        Func<int, int, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        foreach (var pair in pairs.Values)
            Enqueue(pair, minimumFrequency);
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < limit && queue.TryDequeue(out var pair, out var key))
        {
            cancellation.ThrowIfCancellationRequested();
            if (key.Count != pair.Count)
                Enqueue(pair, minimumFrequency); // other merges took some of it since
            else if (isAllowed(pair.Left, pair.Right))
            {
                Merge(pair, Bytes + merges.Count, minimumFrequency);
                merges.Add((pair.Left, pair.Right));
            }
        }
        return merges;
    }

    private int LayOut(byte[] word, int start, int index)
    {
        for (int i = 0; i < word.Length; i++)
        {
            int at = start + i;
            symbols[at] = word[i];
            previous[at] = i > 0 ? at - 1 : None;
            next[at] = i + 1 < word.Length ? at + 1 : None;
            wordOf[at] = index;
        }
        return start + word.Length;
    }

    /// <summary>Merges a pair from left to right wherever it still is.</summary>
    private void Merge(Pair pair, int merged, long minimumFrequency)
    {
        var made = new HashSet<Pair>();
        foreach (int at in pair.Places)
        {
            // A place is never the pair's again once it has changed: symbols only grow.
            if (symbols[at] != pair.Left || next[at] == None || symbols[next[at]] != pair.Right)
                continue;
            int before = previous[at];
            int removed = next[at];
            RemovePairAt(before);
            RemovePairAt(removed);
            symbols[at] = merged;
            symbols[removed] = None;
            next[at] = next[removed];
            if (next[at] != None)
                previous[next[at]] = at;
            if (AddPairAt(before) is { } left)
                made.Add(left);
            if (AddPairAt(at) is { } right)
                made.Add(right);
        }
        pairs.Remove((pair.Left, pair.Right));
        foreach (var one in made)
            Enqueue(one, minimumFrequency);
    }

    // Counts of a pair that is queued only fall, so one that is too rare stays so.
    private void Enqueue(Pair pair, long minimumFrequency)
    {
        if (pair.Count >= minimumFrequency)
            queue.Enqueue(pair, (pair.Count, pair.Left, pair.Right));
    }

    private Pair? AddPairAt(int at)
    {
        if (at == None || next[at] == None)
            return null;
        var key = (symbols[at], symbols[next[at]]);
        if (!pairs.TryGetValue(key, out var pair))
            pairs.Add(key, pair = new Pair(key.Item1, key.Item2));
        pair.Count += frequencies[wordOf[at]];
        pair.Places.Add(at);
        return pair;
    }

    private void RemovePairAt(int at)
    {
        if (at != None && next[at] != None && pairs.TryGetValue((symbols[at], symbols[next[at]]), out var pair))
            pair.Count -= frequencies[wordOf[at]];
    }

    /// <summary>Two neighbours, how often they occur, and where, from left to right; some places may have changed since.</summary>
    private sealed class Pair(int left, int right)
    {
        public int Left => left;
        public int Right => right;
        public long Count;
        public List<int> Places { get; } = [];
    }
}
