// Owns the order in which sequences were last served, so that the one starving longest is found at once.
namespace Tern.Scheduling.Ordering;

/// <summary>
/// A linked list threaded through the sequences, longest without service first. All operations are O(1), except that an arrival passes
/// those who were served since it reached the system.
/// </summary>
internal sealed class ServiceList
{
    private Sequence? _last;

    /// <summary>Who was served longest ago, or null.</summary>
    public Sequence? First { get; private set; }

    public void Add(Sequence sequence, double lastServedMs)
    {
        sequence.LastServedMs = lastServedMs;
        var earlier = _last;
        while (earlier is not null && earlier.LastServedMs > lastServedMs)
            earlier = earlier.Earlier;
        var later = earlier is null ? First : earlier.Later;
        (sequence.Earlier, sequence.Later) = (earlier, later);
        if (earlier is null)
            First = sequence;
        else
            earlier.Later = sequence;
        if (later is null)
            _last = sequence;
        else
            later.Earlier = sequence;
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
