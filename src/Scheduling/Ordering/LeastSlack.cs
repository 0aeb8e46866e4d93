// Owns the ordering policy "whose first token is due soonest, but nobody who cannot have it in time before those who can".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Ordering;

/// <summary>
/// Least slack first: a prompt must be begun at the latest a prefill's time before its first token is due
/// (<see cref="LatencyTargets.TtftMs"/>); the earlier that is, the sooner it is served. Who has its first token in time goes
/// before all of them and keeps its blocks. Who has missed it, or would even if begun at once, goes behind all of them by arrival: it is
/// served with what they leave, so that one late request does not make all behind it late too. Promises nothing to the late while
/// those in time take everything.
/// </summary>
public sealed class LeastSlack : IOrderingPolicy
{
    private const int InTime = 0;
    private const int Due = 1;
    private const int Late = 2;

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public LeastSlack(Options? options = null) => _options = options ?? new Options();

    /// <summary>Whether a sequence has missed its first token's time, or will.</summary>
    public static bool IsLate(Sequence sequence) => sequence.Place.Level == Late;

    /// <inheritdoc/>
    public double StarvationMs => _options.LookMs;

    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second)
    {
        var byLevel = first.Place.Level.CompareTo(second.Place.Level);
        if (byLevel != 0)
            return byLevel;
        var bySlack = first.Place.Rank.CompareTo(second.Place.Rank);
        if (bySlack != 0)
            return bySlack;
        var byArrival = first.Ordinal.CompareTo(second.Ordinal);
        return byArrival != 0 ? byArrival : first.Index.CompareTo(second.Index);
    }

    /// <inheritdoc/>
    public OrderingPlace Arrive(Sequence sequence, SchedulingContext context) => PlaceOf(sequence, context);

    /// <inheritdoc/>
    public OrderingPlace Serve(Sequence sequence, double stepMs, SchedulingContext context) =>
        sequence.Place.Level == Due ? PlaceOf(sequence, context) : sequence.Place;

    /// <inheritdoc/>
    public OrderingPlace Starve(Sequence sequence, SchedulingContext context) =>
        sequence.Place.Level == Due ? PlaceOf(sequence, context) : sequence.Place;

    private OrderingPlace PlaceOf(Sequence sequence, SchedulingContext context)
    {
        var arrivalMs = sequence.Timeline.ArrivalMs;
        var dueMs = arrivalMs + context.Options.Targets.TtftMs;
        if (sequence.Timeline.FirstTokenMs is var firstMs && !double.IsNaN(firstMs))
            return new OrderingPlace(firstMs <= dueMs ? InTime : Late, arrivalMs, 0);
        if (double.IsPositiveInfinity(dueMs))
            return new OrderingPlace(Due, arrivalMs, 0);
        var prefillMs = context.Estimate.StepMs(StepShape.Chunk(sequence.Computed, sequence.TokenCount - sequence.Computed));
        return context.NowMs + prefillMs > dueMs
            ? new OrderingPlace(Late, arrivalMs, 0)
            : new OrderingPlace(Due, _options.Key == 0 ? dueMs - prefillMs : _options.Key == 1 ? prefillMs : _options.Key == 2 ? arrivalMs : dueMs - prefillMs * -4, 0);
    }

    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>Ms after which a request that was not served is looked at again, whether it is late by now.</summary>
        public double LookMs { get; init; } = 20;

        /// <summary>x</summary>
        public int Key { get; init; }
    }
}
