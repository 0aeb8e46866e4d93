// Owns the order in which sequences were last served, so that the one starving longest is found at once.
namespace Tern.Scheduling.Ordering;

/// <summary>A linked list threaded through the sequences, longest without service first; all operations O(1).</summary>
internal sealed class ServiceList
{
    private Sequence? _last;

    /// <summary>Who was served longest ago, or null.</summary>
    public Sequence? First { get; private set; }

    public void Add(Sequence sequence, double nowMs)
    {
        sequence.LastServedMs = nowMs;
        sequence.Earlier = _last;
        if (_last is null)
            First = sequence;
        else
            _last.Later = sequence;
        _last = sequence;
    }

    public void Remove(Sequence sequence)
    {
        if (sequence.Earlier is { } earlier)
            earlier.Later = sequence.Later;
        else if (ReferenceEquals(First, sequence))
            First = sequence.Later;
        else
            return; // it is not in the list
        if (sequence.Later is { } later)
            later.Earlier = sequence.Earlier;
        else
            _last = sequence.Earlier;
        sequence.Earlier = sequence.Later = null;
    }
}
