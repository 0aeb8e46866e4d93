// Owns the sequences that run, or are swapped out, sorted by the ordering policy.
using System.Runtime.InteropServices;

namespace Tern.Scheduling.Ordering;

/// <summary>Sequences in the order of the policy; few (<see cref="SchedulerOptions.MaxSequences"/>), so a sorted list serves.</summary>
internal sealed class RunningList(IOrderingPolicy ordering)
{
    private readonly List<Sequence> _sequences = [];

    /// <summary>The sequences, first served first. Not to be used across <see cref="Add"/> and <see cref="Remove"/>.</summary>
    public ReadOnlySpan<Sequence> Span => CollectionsMarshal.AsSpan(_sequences);

    public int Count => _sequences.Count;

    /// <summary>Running sequences, those counted that were promised to unborn siblings.</summary>
    public int Slots { get; private set; }

    public void Add(Sequence sequence)
    {
        _sequences.Insert(Find(sequence), sequence);
        Slots += sequence.Slots;
    }

    public void Remove(Sequence sequence)
    {
        _sequences.RemoveAt(Find(sequence));
        Slots -= sequence.Slots;
    }

    /// <summary>Where the sequence is, or where it belongs.</summary>
    private int Find(Sequence sequence)
    {
        var sequences = Span;
        if (sequences.IsEmpty)
            return 0;
        var last = sequences[^1];
        // Most come or leave at the ends: who was served goes to the back, who is preempted leaves from there, who resumes from the front.
        if (ReferenceEquals(last, sequence))
            return sequences.Length - 1;
        if (ordering.Compare(last, sequence) < 0)
            return sequences.Length;
        if (ReferenceEquals(sequences[0], sequence))
            return 0;
        var (low, high) = (0, sequences.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ordering.Compare(sequences[middle], sequence) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
