// Owns the description of one read from a slower tier.
namespace Tern.Scheduling.Restore;

/// <summary>
/// The keys and values of tokens <see cref="First"/> … <see cref="First"/> + <see cref="Count"/> - 1 of <see cref="Sequence"/> are read into
/// its blocks; <see cref="Scheduler.EndRead"/> reports the end.
/// </summary>
public readonly record struct KvRead
{
    internal KvRead(Sequence sequence, RestoreState state, int first, int count) =>
        (Sequence, State, First, Count) = (sequence, state, first, count);

    /// <summary>Whose tokens.</summary>
    public Sequence Sequence { get; }

    /// <summary>Position of the first.</summary>
    public int First { get; }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>The restore it belongs to; the sequence may have begun another one since.</summary>
    internal RestoreState State { get; }
}
