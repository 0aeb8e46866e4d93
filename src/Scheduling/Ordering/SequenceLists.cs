// Owns where a scheduler's sequences are: waiting, running or swapped, each in the order of the policy.
namespace Tern.Scheduling.Ordering;

/// <summary>The three places a schedulable sequence can be, and how places in them change.</summary>
internal sealed class SequenceLists(IOrderingPolicy ordering, SchedulingContext context)
{
    private readonly ServiceList _service = new();
    private readonly bool _looksForStarvation = !double.IsPositiveInfinity(ordering.StarvationMs);

    public WaitingQueue Waiting { get; } = new(ordering);

    public RunningList Running { get; } = new(ordering);

    public RunningList Swapped { get; } = new(ordering);

    /// <summary>Sequences that will run when their keys and values have come from another worker.</summary>
    public int Arriving { get; set; }

    /// <summary>Gives a new sequence its place; the caller adds it to a list.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="sinceMs">
    /// Since when it goes without service: a request since it reached the system, not since the driver looked at its inbox.
    /// </param>
    public void Arrive(Sequence sequence, double sinceMs)
    {
        sequence.Place = ordering.Arrive(sequence, context);
        if (_looksForStarvation)
            _service.Add(sequence, sinceMs);
        else
            sequence.LastServedMs = sinceMs;
    }

    /// <summary>Books a step that a running sequence took part in.</summary>
    public void Serve(Sequence sequence, double stepMs)
    {
        Move(sequence, ordering.Serve(sequence, stepMs, context));
        Touch(sequence);
    }

    /// <summary>Takes a sequence out of whichever list it is in, for good.</summary>
    public void Leave(Sequence sequence)
    {
        Remove(sequence);
        _service.Remove(sequence);
    }

    /// <summary>Asks the policy for a new place for everybody who starves.</summary>
    /// <param name="steps">Steps begun so far.</param>
    public void PromoteStarving(long steps)
    {
        if (!_looksForStarvation || steps % ordering.StarvationPeriod != 0)
            return;
        while (_service.First is { } sequence && context.NowMs - sequence.LastServedMs >= ordering.StarvationMs)
        {
            if (sequence.InFlight > 0)
            {
                Touch(sequence); // it is being served
                continue;
            }
            // Until it is served there is no more to promote: a crowd that waits costs nothing.
            _service.Remove(sequence);
            Move(sequence, ordering.Starve(sequence, context));
        }
    }

    private void Touch(Sequence sequence)
    {
        if (!_looksForStarvation)
        {
            sequence.LastServedMs = context.NowMs;
            return;
        }
        _service.Remove(sequence);
        _service.Add(sequence, context.NowMs);
    }

    private void Move(Sequence sequence, OrderingPlace place)
    {
        if (place == sequence.Place)
            return;
        Remove(sequence);
        sequence.Place = place;
        switch (sequence.State)
        {
            case SequenceState.Waiting:
                Waiting.Add(sequence);
                break;
            case SequenceState.Running:
                Running.Add(sequence);
                break;
            case SequenceState.Swapped:
                Swapped.Add(sequence);
                break;
        }
    }

    private void Remove(Sequence sequence)
    {
        switch (sequence.State)
        {
            case SequenceState.Waiting:
                Waiting.Remove(sequence);
                break;
            case SequenceState.Running:
                Running.Remove(sequence);
                break;
            case SequenceState.Swapped:
                Swapped.Remove(sequence);
                break;
        }
    }
}
