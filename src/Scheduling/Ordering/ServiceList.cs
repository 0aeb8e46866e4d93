// Owns the order in which sequences were last served, so that the one starving longest is found at once.
namespace Tern.Scheduling.Ordering;

/// <summary>
/// A linked list threaded through the sequences, longest without service first; all operations O(1), but for an arrival that is told late
/// a step back for each sequence served since.
/// </summary>
internal sealed class ServiceList
{
    private Sequence? _last;

    /// <summary>Who was served longest ago, or null.</summary>
    public Sequence? First { get; private set; }

    public void Add(Sequence sequence, double servedMs)
    {
        sequence.LastServedMs = servedMs;
        var earlier = _last;
        while (earlier?.LastServedMs > servedMs)
            earlier = earlier.Earlier;
        sequence.Earlier = earlier;
        if (earlier is null)
            (sequence.Later, First) = (First, sequence);
        else
            (sequence.Later, earlier.Later) = (earlier.Later, sequence);
        if (sequence.Later is { } later)
            later.Earlier = sequence;
        else
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
