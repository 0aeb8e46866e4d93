// Owns the goodput of LoongServe's evaluation: the request rate up to which 90 % of the requests meet the artifact's objectives.
using Tern.Scheduling;
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// P90 goodput under Fig. 12's objectives (artifact, <c>ae-plot-fig-10-11-12.py</c>): TTFT at most 25 times what the prompt alone takes on all
/// eight GPUs (TP 2, SP 4) or a floor of 15 s, whichever is more, and TPOT at most 50 ms.
/// </summary>
internal static class LoongServeGoodput
{
    /// <summary>Fig. 12's least TTFT objective, in ms.</summary>
    public const double FloorMs = 15_000;

    private const double Target = 0.9;
    private static readonly ElasticCost _alone = LoongServe.LwmOnA800(2).Costs(4);

    /// <summary>Whether a request meets both objectives. One that was refused has no timeline and counts as missed.</summary>
    public static bool Attains(RequestTimeline timeline, double floorMs = FloorMs)
    {
        double prompt = timeline.PromptTokens;
        var ttftMs = Math.Max(25 * _alone.PrefillMs(4, timeline.PromptTokens, prompt * prompt), floorMs);
        return timeline.FirstTokenMs - timeline.ArrivalMs <= ttftMs
            && timeline.FinishMs - timeline.FirstTokenMs <= 50.0 * (timeline.GeneratedTokens - 1);
    }

    /// <summary>
    /// The rate at which attainment falls through 90 %, interpolated between the bracketing rates as the artifact does. Rates lie
    /// 5 % apart; each is offered for <paramref name="seconds"/> with each of three seeds, whose requests count together.
    /// </summary>
    public static double Search(
        ElasticSimulation simulation,
        Func<double, int, ulong, IEnumerable<TraceRequest>> workload,
        double from,
        double seconds,
        double floorMs = FloorMs
    )
    {
        double Of(double rate)
        {
            var (attained, all) = (0, 0);
            for (ulong seed = 1; seed <= 3; seed++)
            {
                var result = simulation.Run(workload(rate, (int)Math.Ceiling(rate * seconds), seed));
                attained += result.Timelines.Count(timeline => Attains(timeline, floorMs));
                all += result.Timelines.Count + result.Refused.Count;
            }
            return (double)attained / all;
        }
        var (rate, share) = (from, Of(from));
        while (share < Target && rate > from / 1000)
            share = Of(rate /= 2);
        // Doubling finds a bracket, halving it in ratio narrows it.
        var (high, highShare) = (rate, share);
        while (highShare >= Target && high < from * 1000)
        {
            (rate, share) = (high, highShare);
            highShare = Of(high *= 2);
        }
        while (high / rate > 1.05)
        {
            var middle = Math.Sqrt(rate * high);
            var at = Of(middle);
            if (at >= Target)
                (rate, share) = (middle, at);
            else
                (high, highShare) = (middle, at);
        }
        return share == highShare ? rate : rate + (high - rate) * (share - Target) / (share - highShare);
    }
}
