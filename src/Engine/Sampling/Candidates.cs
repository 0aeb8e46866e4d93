// Owns the tokens that are still in the draw and how they are narrowed down without sorting the vocabulary.
using System.Runtime.Intrinsics;

namespace Tern.Engine.Sampling;

/// <summary>A reused buffer of candidates with heap selection. Ties always go to the lower id.</summary>
internal sealed class Candidates(int capacity)
{
    private readonly Candidate[] _items = new Candidate[capacity];

    /// <summary>Candidates now.</summary>
    public int Count { get; private set; }

    /// <summary>The candidates; best first after a selection, else by id.</summary>
    public Span<Candidate> Items => _items.AsSpan(0, Count);

    /// <summary>The k best logits, best first; keys are negated logits, weights are unset.</summary>
    public void SelectTop(ReadOnlySpan<float> logits, int k)
    {
        const int Lanes = 16;
        Count = Math.Min(k, logits.Length);
        for (int i = 0; i < Count; i++)
            _items[i] = new Candidate(i, 0, -logits[i]);
        var heap = Items;
        Heapify<WorstOnTop>(heap);
        for (int i = Count; i < logits.Length; )
        {
            // Most stretches of a row hold nothing better than the worst of the best.
            if (
                i <= logits.Length - Lanes
                && !Vector512.GreaterThanAny(Vector512.Create(logits.Slice(i, Lanes)), Vector512.Create(-heap[0].Key))
            )
            {
                i += Lanes;
                continue;
            }
            for (int end = Math.Min(i + Lanes, logits.Length); i < end; i++)
            {
                if (-logits[i] >= heap[0].Key)
                    continue;
                heap[0] = new Candidate(i, 0, -logits[i]);
                SiftDown<WorstOnTop>(heap, 0);
            }
        }
        for (int end = Count - 1; end > 0; end--)
        {
            (heap[0], heap[end]) = (heap[end], heap[0]);
            SiftDown<WorstOnTop>(heap[..end], 0);
        }
    }

    /// <summary>All tokens whose weight is positive and at least <paramref name="floor"/>, by id; keys are negated weights.</summary>
    public void Collect(ReadOnlySpan<float> weights, float floor)
    {
        int count = 0;
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] >= floor && weights[i] > 0)
                _items[count++] = new Candidate(i, weights[i], -weights[i]);
        Count = count;
    }

    /// <summary>Keeps the best candidates until their weights sum to <paramref name="mass"/>, at least one; best first.</summary>
    public void KeepMass(double mass)
    {
        var heap = Items;
        Heapify<BestOnTop>(heap);
        double sum = 0;
        int left = heap.Length;
        while (left > 0 && (left == heap.Length || sum < mass))
        {
            sum += heap[0].Weight;
            left--;
            (heap[0], heap[left]) = (heap[left], heap[0]);
            SiftDown<BestOnTop>(heap[..left], 0);
        }
        heap.Reverse();
        Count = heap.Length - left;
    }

    /// <summary>Keeps candidates of at least this weight, in their order.</summary>
    public void KeepAtLeast(float weight)
    {
        int kept = 0;
        foreach (var item in Items)
            if (item.Weight >= weight)
                _items[kept++] = item;
        Count = kept;
    }

    /// <summary>The sum of all weights, in the candidates' order.</summary>
    public double TotalWeight()
    {
        double sum = 0;
        foreach (var item in Items)
            sum += item.Weight;
        return sum;
    }

    private static void Heapify<TOrder>(Span<Candidate> heap)
        where TOrder : IHeapOrder
    {
        for (int i = heap.Length / 2 - 1; i >= 0; i--)
            SiftDown<TOrder>(heap, i);
    }

    private static void SiftDown<TOrder>(Span<Candidate> heap, int node)
        where TOrder : IHeapOrder
    {
        while (true)
        {
            int child = 2 * node + 1;
            if (child >= heap.Length)
                return;
            if (child + 1 < heap.Length && TOrder.Above(heap[child + 1], heap[child]))
                child++;
            if (!TOrder.Above(heap[child], heap[node]))
                return;
            (heap[node], heap[child]) = (heap[child], heap[node]);
            node = child;
        }
    }

    private interface IHeapOrder
    {
        static abstract bool Above(in Candidate a, in Candidate b);
    }

    private readonly struct BestOnTop : IHeapOrder
    {
        public static bool Above(in Candidate a, in Candidate b) => a.Key < b.Key || (a.Key == b.Key && a.Id < b.Id);
    }

    private readonly struct WorstOnTop : IHeapOrder
    {
        public static bool Above(in Candidate a, in Candidate b) => BestOnTop.Above(b, a);
    }
}
