// Owns the ordering policy "multi-level feedback queues that long prompts join further down".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Ordering;

/// <summary>
/// Skip-join MLFQ (FastServe, NSDI 2026, §4.1): queues with doubling quanta. A request joins the first queue whose quantum covers its
/// prefill, so it is not demoted through queues in which it could not even begin. Who has used up its quantum is demoted, who had no
/// service for too long is promoted to the first queue. Needs an estimate of step times, and nothing of the answer's length.
/// </summary>
public sealed class SkipJoinMlfq : IOrderingPolicy
{
    /// <summary>The constants. Those of the paper are the defaults; <see cref="AsReleased"/> are those of the released code.</summary>
    public sealed record Options
    {
        /// <summary>Quantum of the first queue in ms; null = the shortest step there is (§4.1).</summary>
        public double? BaseQuantumMs { get; init; }

        /// <summary>Each queue's quantum in quanta of the one before (§4.1).</summary>
        public double QuantumRatio { get; init; } = 2;

        /// <summary>Queues that who used up its quantum goes down (η, §4.1), more if the next step would not fit there.</summary>
        public int Demotion { get; init; } = 1;

        /// <summary>Ms without service after which a request is promoted (α, §4.1: 300 ms, by the SLO).</summary>
        public double StarvationMs { get; init; } = 300;

        /// <summary>Whether a request joins by its prefill time; otherwise it joins the first queue (the "naive MLFQ" of §3.2).</summary>
        public bool SkipsOnJoin { get; init; } = true;

        /// <summary>Steps from one look for starving requests to the next (§4.1 looks at every step).</summary>
        public int StarvationPeriod { get; init; } = 1;

        /// <summary>Whether a demoted request skips queues whose quantum its next step would not fit in (§4.1).</summary>
        public bool CoversNextStep { get; init; } = true;

        /// <summary>
        /// Whether a request that changes its queue goes to the front of the new one (<c>push_front</c> in the released scheduler) instead
        /// of the back.
        /// </summary>
        public bool MovesToFront { get; init; }

        /// <summary>Naive MLFQ (§3.2): everybody joins the first queue.</summary>
        public static Options Naive { get; } = new() { SkipsOnJoin = false };

        /// <summary>
        /// The constants of the released <c>fastserve/scheduler.py</c>: 10 ms, factor 2, one queue down and to its front, and a look at every
        /// 1,000th step for who had no service in 3 s.
        /// </summary>
        public static Options AsReleased { get; } =
            new()
            {
                BaseQuantumMs = 10,
                StarvationMs = 3000,
                StarvationPeriod = 1000,
                CoversNextStep = false,
                MovesToFront = true,
            };
    }

    private readonly Options _options;
    private readonly double[] _quanta = new double[32];

    /// <summary>Creates the policy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The quanta do not grow, the first is not positive, or a count is below 1.
    /// </exception>
    public SkipJoinMlfq(Options? options = null)
    {
        _options = options ?? new Options();
        // Otherwise no queue would ever cover a long prefill.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.QuantumRatio, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.BaseQuantumMs ?? 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Demotion, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.StarvationPeriod, 1);
        // Every sequence of every step is asked about: in quanta of the first queue, once and for all.
        for (var level = 0; level < _quanta.Length; level++)
            _quanta[level] = Math.Pow(_options.QuantumRatio, level);
    }

    /// <inheritdoc/>
    public double StarvationMs => _options.StarvationMs;

    /// <inheritdoc/>
    public int StarvationPeriod => _options.StarvationPeriod;

    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second) => ByPlace.Compare(first, second);

    /// <inheritdoc/>
    public OrderingPlace Arrive(Sequence sequence, SchedulingContext context)
    {
        if (!_options.SkipsOnJoin || sequence.GeneratedCount > 0)
            return new OrderingPlace(0, sequence.Timeline.ArrivalMs, 0);
        var prefillMs = context.Estimate.StepMs(StepShape.Prefill(sequence.TokenCount));
        return new OrderingPlace(LevelFor(prefillMs, 0, context), sequence.Timeline.ArrivalMs, 0);
    }

    /// <inheritdoc/>
    public OrderingPlace Serve(Sequence sequence, double stepMs, SchedulingContext context)
    {
        var place = sequence.Place;
        var served = place.ServedMs + stepMs;
        if (served < QuantumMs(place.Level, context))
            return place with { ServedMs = served };
        var level = place.Level + _options.Demotion;
        if (_options.CoversNextStep)
            level = LevelFor(context.Estimate.StepMs(StepShape.Decode(1, sequence.TokenCount)), level, context);
        return Moved(level, context);
    }

    /// <inheritdoc/>
    /// <remarks>Who is in the first queue already keeps its place there: at the back again it would wait for all who came meanwhile.</remarks>
    public OrderingPlace Starve(Sequence sequence, SchedulingContext context) =>
        sequence.Place.Level == 0 ? sequence.Place : Moved(0, context);

    /// <summary>The place of one who comes to a queue: ranks below all times of arrival are its front, the latest first.</summary>
    private OrderingPlace Moved(int level, SchedulingContext context) =>
        new(level, _options.MovesToFront ? -context.NowMs : context.NowMs, 0);

    /// <summary>The first level from <paramref name="level"/> on whose quantum covers a step.</summary>
    private int LevelFor(double stepMs, int level, SchedulingContext context)
    {
        for (var quantum = QuantumMs(level, context); quantum < stepMs; quantum *= _options.QuantumRatio)
            level++;
        return level;
    }

    private double QuantumMs(int level, SchedulingContext context) =>
        (_options.BaseQuantumMs ?? context.Estimate.StepMs(StepShape.Decode(1, 1)))
        * (level < _quanta.Length ? _quanta[level] : Math.Pow(_options.QuantumRatio, level));
}
