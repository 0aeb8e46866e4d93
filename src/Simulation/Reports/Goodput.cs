// Owns the search for the highest request rate that a deployment serves well.
namespace Tern.Simulation.Reports;

/// <summary>
/// Goodput: the highest request rate at which at least a target share of the requests attains the objective (DistServe,
/// OSDI 2024). Rates are of the whole deployment; divide by its devices for DistServe's per-GPU goodput.
/// </summary>
public static class Goodput
{
    /// <summary>How to search.</summary>
    public sealed record Options
    {
        /// <summary>Share of requests that must attain the objective (DistServe: 90 %, and 99 % in its appendix).</summary>
        public double Target { get; init; } = 0.9;

        /// <summary>Upper end of the search, in requests a second.</summary>
        public required double MaxRate { get; init; }

        /// <summary>Width at which the search ends, in requests a second.</summary>
        public required double Precision { get; init; }

        internal Options Validated()
        {
            Require(Target is > 0 and <= 1, nameof(Target), Target, "above 0 and at most 1");
            Require(MaxRate > 0 && double.IsFinite(MaxRate), nameof(MaxRate), MaxRate, "positive and finite");
            // A width below the spacing of numbers near the upper end would never be reached.
            Require(
                Precision > Math.BitIncrement(MaxRate) - MaxRate && double.IsFinite(Precision),
                nameof(Precision),
                Precision,
                "positive, and large enough to tell two rates apart"
            );
            return this;
        }

        private static void Require(bool holds, string name, double value, string valid)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
        }
    }

    /// <summary>
    /// Bisects between 0 and the upper end, as DistServe's placement search does: neither end is tried, and each answer is believed. If
    /// attainment falls with the rate, the result is within the precision of the true goodput; where chance makes it rise in
    /// places, the result is a rate that reached the target and may not be the highest. Equal functions give equal results.
    /// </summary>
    /// <param name="attainment">The attainment, from 0 to 1, at a rate in requests a second.</param>
    /// <param name="options">How to search.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="InvalidOperationException">The function's answer is not a share; it names the rate.</exception>
    public static GoodputResult Search(Func<double, double> attainment, Options options)
    {
        options.Validated();
        var curve = new List<(double Rate, double Attainment)>();
        double low = 0;
        var high = options.MaxRate;
        while (high - low > options.Precision)
        {
            var rate = low + (high - low) / 2;
            var share = attainment(rate);
            if (share is not (>= 0 and <= 1))
                throw new InvalidOperationException($"attainment at {rate} requests/s is {share}, not from 0 to 1");
            curve.Add((rate, share));
            if (share >= options.Target)
                low = rate;
            else
                high = rate;
        }
        curve.Sort((a, b) => a.Rate.CompareTo(b.Rate));
        return new GoodputResult
        {
            Rate = low,
            IsLowerBound = high == options.MaxRate,
            Curve = curve,
        };
    }

    /// <summary>
    /// The rate at which a latency first exceeds its limit, interpolated linearly between the two measured rates around it: how
    /// FastServe and LoongServe read goodput off a curve of mean latency. <see cref="double.PositiveInfinity"/> if it never does, and
    /// the first rate if it does from the start.
    /// </summary>
    /// <param name="curve">Latency by rate, rates ascending.</param>
    /// <param name="limit">The limit, in the curve's unit.</param>
    /// <exception cref="ArgumentException">The curve is empty, or its rates do not ascend.</exception>
    public static double CrossingRate(IReadOnlyList<(double Rate, double Latency)> curve, double limit)
    {
        if (curve.Count == 0)
            throw new ArgumentException("a curve has at least one point", nameof(curve));
        for (var i = 0; i < curve.Count; i++)
        {
            if (i > 0 && !(curve[i].Rate > curve[i - 1].Rate))
                throw new ArgumentException(
                    $"rates must ascend: {curve[i].Rate} follows {curve[i - 1].Rate}",
                    nameof(curve)
                );
            if (!(curve[i].Latency > limit))
                continue;
            if (i == 0)
                return curve[0].Rate;
            var (fromRate, from) = curve[i - 1];
            var (toRate, to) = curve[i];
            return fromRate + (toRate - fromRate) * (limit - from) / (to - from);
        }
        return double.PositiveInfinity;
    }
}
