// Owns the search for the placement that serves the most requests in time for each device.
namespace Tern.Scheduling.Placement;

/// <summary>
/// Goodput search (DistServe, OSDI 2024, §4.1): the goodput of a placement is the highest rate at which the share of requests in time
/// reaches the target, found by bisection on the rate for each device; placements are ranked by it. Who knows the attainment is passed in.
/// </summary>
public sealed class GoodputSearch
{
    private readonly Options _options;

    /// <summary>Creates the search; the defaults of <see cref="Options"/> if null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public GoodputSearch(Options? options = null) => _options = (options ?? new Options()).Validated();

    /// <summary>The attainment of a placement at a rate in requests per second for the whole placement; a pure function.</summary>
    public delegate Attainment Evaluator<in T>(T placement, double rate);

    /// <summary>The highest served rate in requests per second and device; 0 if not even the lowest tried is.</summary>
    public double GoodputPerGpu<T>(T placement, int gpus, Evaluator<T> evaluate)
    {
        var (low, high) = (0.0, _options.MaxRatePerGpu);
        while (high - low > _options.Tolerance)
        {
            var rate = (low + high) / 2;
            if (IsServed(evaluate(placement, rate * gpus)))
                low = rate;
            else
                high = rate;
        }
        return low;
    }

    /// <summary>Finds the goodput of every candidate and ranks them: most goodput for each device first, of equals the one with fewer devices.</summary>
    /// <param name="candidates">The placements.</param>
    /// <param name="gpus">Devices of a placement.</param>
    /// <param name="evaluate">Attainment of a placement at a rate.</param>
    /// <param name="refuse">Why a placement cannot be run at all (no memory, no profile), or null if it can.</param>
    public PlacementRanking<T> Rank<T>(
        IEnumerable<T> candidates,
        Func<T, int> gpus,
        Evaluator<T> evaluate,
        Func<T, string?>? refuse = null
    )
    {
        List<RankedPlacement<T>> ranked = [];
        List<(T, string)> refused = [];
        foreach (var candidate in candidates)
        {
            if (refuse?.Invoke(candidate) is { } reason)
                refused.Add((candidate, reason));
            else
                ranked.Add(new(candidate, gpus(candidate), GoodputPerGpu(candidate, gpus(candidate), evaluate)));
        }
        // OrderBy is stable: of complete equals the first enumerated wins, on every machine.
        return new PlacementRanking<T>(
            [.. ranked.OrderByDescending(r => r.GoodputPerGpu).ThenBy(r => r.Gpus)],
            refused,
            _options
        );
    }

    /// <summary>Whether shares like these count as served.</summary>
    public bool IsServed(Attainment attainment) =>
        _options.Rule switch
        {
            AttainmentRule.Both => attainment.Both >= _options.Target,
            AttainmentRule.Each => attainment.Ttft >= _options.Target && attainment.Tpot >= _options.Target,
            AttainmentRule.Ttft => attainment.Ttft >= _options.Target,
            _ => attainment.Tpot >= _options.Target,
        };

    /// <summary>How goodput is measured.</summary>
    public sealed record Options
    {
        /// <summary>Share of requests that must be in time (§6.1: 0.9; appendix: 0.99).</summary>
        public double Target { get; init; } = 0.9;

        /// <summary>Which share counts.</summary>
        public AttainmentRule Rule { get; init; } = AttainmentRule.Both;

        /// <summary>Highest rate looked at, in requests per second and device (released simulator: 5).</summary>
        public double MaxRatePerGpu { get; init; } = 5;

        /// <summary>The bisection ends when its interval is no wider, in requests per second and device (released simulator: 0.25).</summary>
        public double Tolerance { get; init; } = 0.25;

        /// <summary>Returns these options if they make sense.</summary>
        /// <exception cref="ArgumentOutOfRangeException">One does not; it is named, with what would be valid.</exception>
        public Options Validated()
        {
            Require(Target is > 0 and <= 1, nameof(Target), Target, "above 0 and at most 1");
            Require(
                double.IsFinite(MaxRatePerGpu) && MaxRatePerGpu > 0,
                nameof(MaxRatePerGpu),
                MaxRatePerGpu,
                "positive and finite"
            );
            // Below this the middle of the interval would stop moving.
            Require(
                Tolerance >= MaxRatePerGpu * 1e-9 && Tolerance < MaxRatePerGpu,
                nameof(Tolerance),
                Tolerance,
                $"at least a billionth of {nameof(MaxRatePerGpu)} and below it"
            );
            return this;
        }

        private static void Require(bool holds, string name, double value, string valid)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
        }
    }
}
