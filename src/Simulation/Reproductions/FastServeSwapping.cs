// Owns what FastServe's memory management is worth: its ablation of swapping, and the memory that preemption takes.
using System.Globalization;
using Tern.Scheduling;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>FastServe, NSDI 2026, §4.2 and Fig. 17.</summary>
public static class FastServeSwapping
{
    private const double LimitSeconds = 0.3;
    private const int Seeds = 5;

    // Fig. 17b: execution takes 10.1 s a request where it takes 0.030 s a token, so answers have the 338 tokens of vLLM's ShareGPT. The mean
    // queueing times (71, 265 and 458 s at 2, 4 and 6 req/s) are those of runs of 200 to 240 s; the artifact's numbers of requests make 200.
    private const string Lengths = "sharegpt";
    private const double RunSeconds = 200;

    /// <summary>Published seconds a token of proactive swapping.</summary>
    private static readonly (double Rate, double Latency)[] _proactive =
    [
        (1, 0.035),
        (1.5, 0.059),
        (2, 0.133),
        (2.5, 0.264),
    ];

    private static readonly double[] _rates = [0.5, 1, 1.5, 2, 2.25, 2.5, 3, 3.5, 4, 5, 6];

    /// <summary>Proactive swapping against reactive swapping and recomputation, then peak memory.</summary>
    public static IReadOnlyList<ReproductionRow> Run() => [.. Ablation(), PeakMemory()];

    /// <summary>The peak of blocks held by sequences, with memory for all, over FCFS's.</summary>
    public static ReproductionRow PeakMemory()
    {
        var short400 = PeakRatio(400);
        return ReproductionRow.Within(
            "§4.2, peak KV memory",
            "skip-join MLFQ over FCFS",
            7,
            short400,
            0.2,
            $"opt-13b, memory without limit, steps of 16 sequences; Gamma arrivals of 64 req/s and cv 4, answers of 1 to 20 tokens, prompts of 16 (the artifact's synthetic set), 400 requests, seeds 1 to {Seeds}; fastserve-released, nothing fitted"
        ) with
        {
            Remark =
                $"the number of requests is not published and decides: 200 give {Text(PeakRatio(200))}, 1,000 {Text(PeakRatio(1000))}; 400 is the artifact's usual number",
        };
    }

    private static IEnumerable<ReproductionRow> Ablation()
    {
        var testbed = FastServeTestbed.Opt13B;
        var proactive = Crossing(testbed, FastServe.Released);
        var reactive = Crossing(testbed, FastServeTestbed.With(new Swap()));
        var recompute = Crossing(testbed, FastServeTestbed.With(new Recompute()));
        // Where memory is short at any load, the three differ most.
        var tight = testbed with
        {
            KvTokens = 5000,
        };
        var tightRatio = Crossing(tight, FastServe.Released) / Crossing(tight, FastServeTestbed.With(new Recompute()));
        var inputs =
            $"{testbed.InputsOf(FastServe.Released)}; Poisson, {Lengths} lengths, runs of {RunSeconds} s, seeds 1 to {Seeds}; nothing fitted";
        var curve = _proactive.Select(point =>
            $"{Text(Latency(testbed, FastServe.Released, point.Rate), 3)} for {Text(point.Latency, 3)}"
        );
        var remark =
            $"rates {Text(proactive)}, {Text(reactive)}, {Text(recompute)} req/s (published 2.78, 1.72, 1.03). Proactive swapping follows the published curve up to 2 req/s "
            + $"({string.Join(", ", curve)} s a token at 1, 1.5, 2, 2.5 req/s), so it is the baselines that differ, and the artifact does not hold them. Published "
            + $"recomputation leaps from 0.035 s a token at 1 req/s to 0.832 at 1.1; here it takes {Text(Latency(testbed, FastServeTestbed.With(new Recompute()), 1.1), 3)}, as {testbed.Blocks} blocks hold "
            + "44 sequences of mean length and 16 run. Memory alone does not explain it: with room for 5,000 tokens "
            + $"proactive is {Text(tightRatio)} times recompute";
        yield return Ratio("proactive swapping over reactive", 1.7, proactive / reactive, inputs, remark);
        yield return Ratio("proactive swapping over recomputation", 2.7, proactive / recompute, inputs, remark);
        yield return ReproductionRow.Holds(
            "Fig. 17, rate at 0.3 s a token",
            "proactive > reactive > recomputation",
            proactive > reactive && reactive > recompute,
            inputs
        );
    }

    private static ReproductionRow Ratio(
        string quantity,
        double published,
        double measured,
        string inputs,
        string remark
    ) =>
        ReproductionRow.Within("Fig. 17, rate at 0.3 s a token", quantity, published, measured, 0.2, inputs) with
        {
            Remark = remark,
        };

    private static double Crossing(FastServeTestbed testbed, ServingSystem system)
    {
        var curve = new List<(double, double)>();
        foreach (var rate in _rates)
        {
            var latency = Latency(testbed, system, rate);
            curve.Add((rate, latency));
            if (latency > LimitSeconds)
                break;
        }
        return Goodput.CrossingRate(curve, LimitSeconds);
    }

    private static double Latency(FastServeTestbed testbed, ServingSystem system, double rate) =>
        testbed.Latency(system, Lengths, rate, (int)(RunSeconds * rate), Seeds);

    private static double PeakRatio(int requests) =>
        PeakBlocks(FastServe.Released, requests) / PeakBlocks(FastServeTestbed.Fcfs, requests);

    private static double PeakBlocks(ServingSystem system, int requests)
    {
        var testbed = FastServeTestbed.Opt13B with { KvTokens = 1_000_000 };
        var sum = 0.0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var workload = new SyntheticWorkload
            {
                Arrivals = new GammaArrivals(64, 4),
                Lengths = new UniformLengths(new(16, 16), new(1, 20)),
                Seed = (ulong)seed,
            };
            var result = new Simulator(ClusterPlan.Of(system, testbed.Worker(system))) { KeepTimelines = false }.Run(
                workload.Requests().Take(requests)
            );
            sum += result.Workers[0].MaxHeldBlocks;
        }
        return sum / Seeds;
    }

    private static string Text(double value, int decimals = 2) =>
        value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
