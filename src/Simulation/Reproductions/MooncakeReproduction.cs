// Owns the comparison of simulated runs with what Mooncake reports.
using System.Globalization;
using Tern.Scheduling;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>Mooncake (Qin et al., FAST 2025 and technical report): the order of four routings, and early rejection under overload.</summary>
public static class MooncakeReproduction
{
    private const int DecodeSlots = 100;
    private const double TpotMs = 50;

    /// <summary>All rows.</summary>
    /// <param name="trace">Mooncake's conversation trace, whole.</param>
    /// <param name="routed">Requests of it that each routing serves.</param>
    public static IReadOnlyList<ReproductionRow> Rows(IReadOnlyList<TraceRequest> trace, int routed = 2000) =>
        [Routing([.. trace.Take(routed)]), .. Overload(trace)];

    private static ReproductionRow Routing(IReadOnlyList<TraceRequest> trace)
    {
        var means = new List<double>();
        var remarks = new List<string>();
        foreach (var (name, policy) in MooncakeCluster.Routings)
        {
            var result = new Simulator(MooncakeCluster.Plan(policy, LatencyTargets.None)).Run(trace);
            means.Add(result.Timelines.Average(t => t.FirstTokenMs - t.ArrivalMs) / 1000);
            var hits = 100.0 * result.Timelines.Sum(t => (long)t.CachedTokens) / trace.Sum(r => (long)r.PromptTokens);
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {means[^1]:0.00} s ({hits:0} % cached)"));
        }
        return ReproductionRow.Holds(
            "scheduling, mean TTFT",
            "random > least loaded > prefix affinity > earliest TTFT",
            means[0] > means[1] && means[1] > means[2] && means[2] > means[3],
            $"first {trace.Count} requests of the conversation trace, 8 prefill and 8 decode nodes of 8 A800, 70B, caches on the devices; step times from the roofline, nothing fitted"
        ) with
        {
            Remark = string.Join(", ", remarks),
        };
    }

    private static IEnumerable<ReproductionRow> Overload(IReadOnlyList<TraceRequest> trace)
    {
        var (late, early, predicted) = Rejections(trace, speed: 2, DecodeSlots);
        var inputs =
            $"conversation trace at twice its speed ({late.Offered} requests; the paper's has 23,000), 8 prefill nodes without cache, {DecodeSlots} decode slots (so that 18 % are rejected, as in the paper), {TpotMs} ms a token";
        yield return ReproductionRow.Holds(
            "overload, prefills in vain",
            "at decode > early > early with prediction",
            late.RejectedLate > early.RejectedLate && early.RejectedLate > predicted.RejectedLate,
            inputs
        ) with
        {
            Remark = $"{late.RejectedLate}, {early.RejectedLate}, {predicted.RejectedLate}",
        };
        yield return ReproductionRow.Holds(
            "overload, requests rejected",
            "at decode (4183) > early (3771) > early with prediction (3589)",
            late.Rejected > early.Rejected && early.Rejected > predicted.Rejected,
            inputs
        ) with
        {
            Remark = $"{late.Rejected}, {early.Rejected}, {predicted.Rejected}. {Elsewhere(trace)}",
        };
    }

    /// <summary>Whether it is the load or the capacity that the order fails at.</summary>
    private static string Elsewhere(IReadOnlyList<TraceRequest> trace)
    {
        var (settings, earlyWins, predictionWins) = (0, 0, 0);
        foreach (var speed in (ReadOnlySpan<int>)[1, 2, 3])
        {
            foreach (var slots in (ReadOnlySpan<int>)[40, 60, 80, 100, 120, 150])
            {
                var (late, early, predicted) = Rejections(trace, speed, slots);
                settings++;
                earlyWins += early.Rejected < late.Rejected ? 1 : 0;
                predictionWins += predicted.Rejected < early.Rejected ? 1 : 0;
            }
        }
        return $"Of {settings} settings, 1 to 3 times the speed and 40 to 150 slots, early rejection beats rejection at decode in {earlyWins} and prediction beats early rejection in {predictionWins}: where slots are short a prefill in vain costs none, and who rejects only then fills every one. How the paper's decode nodes get slow or full, beside which prefill is what is short, it does not say";
    }

    private static (
        MooncakeOverloadOutcome Late,
        MooncakeOverloadOutcome Early,
        MooncakeOverloadOutcome Predicted
    ) Rejections(IReadOnlyList<TraceRequest> trace, int speed, int slots)
    {
        var plan = MooncakeCluster.Plan(MooncakeCluster.Routings[0].Policy, LatencyTargets.None);
        var overload = new MooncakeOverload
        {
            Latency = plan.Workers[0].Latency,
            PrefillWorkers = 8,
            DecodeSlots = slots,
            TpotMs = TpotMs,
            DecodeMs = TpotMs * trace.Average(r => r.OutputTokens),
        };
        var faster = trace.Select(r => r with { ArrivalMs = r.ArrivalMs / speed }).ToList();
        return (
            overload.Run(faster, MooncakeOverload.Admission.AtDecode),
            overload.Run(faster, MooncakeOverload.Admission.Early),
            overload.Run(faster, MooncakeOverload.Admission.EarlyPredicted)
        );
    }
}
