// Owns what will happen and when.
namespace Tern.Simulation;

/// <summary>Events in order of time; those of the same time in the order they were added.</summary>
/// <typeparam name="T">What an event says.</typeparam>
public sealed class EventQueue<T>
{
    private const int CheckEvery = 1024;
    private readonly PriorityQueue<T, (double Ms, long Order)> _events = new();
    private long _added;

    /// <summary>Is heeded once in 1024 events taken.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Number of events taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Number of events to come.</summary>
    public int Count => _events.Count;

    /// <summary>Adds an event.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ms"/> is not finite.</exception>
    public void Add(double ms, T what)
    {
        if (!double.IsFinite(ms))
            throw new ArgumentOutOfRangeException(nameof(ms), ms, "an event needs a finite time");
        _events.Enqueue(what, (ms, _added++));
    }

    /// <summary>Takes the next event; false if there is none.</summary>
    /// <exception cref="OperationCanceledException">It is time to stop.</exception>
    public bool TryTake(out double ms, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T what)
    {
        if (Taken % CheckEvery == 0)
            Cancellation.ThrowIfCancellationRequested();
        var any = _events.TryDequeue(out what, out var when);
        ms = when.Ms;
        Taken += any ? 1 : 0;
        return any;
    }

    /// <summary>The time of the next event; false if there is none.</summary>
    public bool TryPeek(out double ms)
    {
        var any = _events.TryPeek(out _, out var when);
        ms = when.Ms;
        return any;
    }
}
