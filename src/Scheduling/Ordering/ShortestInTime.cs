// Owns the ordering policy "the shortest prefill first, but nobody who is late before those who can be in time".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Ordering;

/// <summary>
/// Three classes. Who had its first token in time (<see cref="LatencyTargets.TtftMs"/>) goes first and so keeps its blocks. Then come
/// those who can still have it, the shortest remaining prefill first: of jobs that share a deadline's length that order puts the most in
/// time. Last, by arrival, those who have missed it or would even if begun at once: one late request does not make all behind it late
/// too. Promises nothing to the late while those in time take everything.
/// </summary>
public sealed class ShortestInTime : IOrderingPolicy
{
    /// <summary>The constants.</summary>
    /// <param name="LookMs">Ms after which a request that was not served is looked at again, whether it is late by now.</param>
    public sealed record Options(double LookMs = 20);

    private const int InTime = 0;
    private const int Due = 1;
    private const int Late = 2;

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public ShortestInTime(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public double StarvationMs => _options.LookMs;

    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second) => ByPlace.Compare(first, second);

    /// <inheritdoc/>
    public OrderingPlace Arrive(Sequence sequence, SchedulingContext context) => PlaceOf(sequence, context);

    /// <inheritdoc/>
    public OrderingPlace Serve(Sequence sequence, double stepMs, SchedulingContext context) =>
        sequence.Place.Level == Due ? PlaceOf(sequence, context) : sequence.Place;

    /// <inheritdoc/>
    public OrderingPlace Starve(Sequence sequence, SchedulingContext context) =>
        sequence.Place.Level == Due ? PlaceOf(sequence, context) : sequence.Place;

    private static OrderingPlace PlaceOf(Sequence sequence, SchedulingContext context)
    {
        var arrivalMs = sequence.Timeline.ArrivalMs;
        var dueMs = arrivalMs + context.Options.Targets.TtftMs;
        if (!double.IsNaN(sequence.Timeline.FirstTokenMs))
            return new OrderingPlace(sequence.Timeline.FirstTokenMs <= dueMs ? InTime : Late, arrivalMs, 0);
        var rest = Math.Max(sequence.TokenCount - sequence.Computed, 1);
        var prefillMs = context.Estimate.StepMs(StepShape.Chunk(sequence.TokenCount - rest, rest));
        return context.NowMs + prefillMs > dueMs
            ? new OrderingPlace(Late, arrivalMs, 0)
            : new OrderingPlace(Due, prefillMs, 0);
    }
}
