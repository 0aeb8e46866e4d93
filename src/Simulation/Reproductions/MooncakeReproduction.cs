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
        var plan = MooncakeCluster.Plan(MooncakeCluster.Routings[0].Policy, LatencyTargets.None);
        var overload = new MooncakeOverload
        {
            Latency = plan.Workers[0].Latency,
            PrefillWorkers = 8,
            DecodeSlots = DecodeSlots,
            TpotMs = TpotMs,
            DecodeMs = TpotMs * trace.Average(r => r.OutputTokens),
        };
        var twice = trace.Select(r => r with { ArrivalMs = r.ArrivalMs / 2 }).ToList();
        var late = overload.Run(twice, MooncakeOverload.Admission.AtDecode);
        var early = overload.Run(twice, MooncakeOverload.Admission.Early);
        var predicted = overload.Run(twice, MooncakeOverload.Admission.EarlyPredicted);
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
            Remark =
                $"{late.Rejected}, {early.Rejected}, {predicted.Rejected}: not reproduced. Where decode slots are what is short, a prefill in vain costs no slot, and who rejects only then fills every slot; the paper's gain needs prefill and decode short in turn, of which it gives neither loads nor capacities",
        };
    }
}
