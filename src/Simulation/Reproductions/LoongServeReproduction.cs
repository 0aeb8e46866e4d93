// Owns the published experiments of LoongServe that need no GPU.
using System.Globalization;
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>LoongServe (SOSP 2024): each method reruns one experiment and gives its rows.</summary>
public static class LoongServeReproduction
{
    private const double Band = 0.2;
    private const string Testbed =
        "LWM-1M-Text on 8 A800-80G, roofline of LoongServe.LwmOnA800, options of the artifact, lengths of LengthCatalog";

    /// <summary>All experiments.</summary>
    public static IReadOnlyList<ReproductionRow> All() =>
        [.. CostModel(), .. Batching(), .. StaticParallelism(), .. ScaleUp(), .. Disaggregation()];

    /// <summary>The cost model against what the publication says of single iterations.</summary>
    public static IReadOnlyList<ReproductionRow> CostModel()
    {
        var cost = LoongServe.LwmOnA800(8).Costs(1);
        return
        [
            ReproductionRow.Within(
                "§2.2, prefill on 8 GPUs",
                "duration of 100K tokens / of 1K tokens",
                105.97,
                cost.PrefillMs(1, 100_000, 1e10) / cost.PrefillMs(1, 1_000, 1e6),
                Band,
                "LWM-1M-Text on 8 A800-80G (TP 8, as in the artifact's Fig. 2), roofline of LoongServe.LwmOnA800"
            ),
        ];
    }

    /// <summary>The batching search against exhaustive search on 1,500 random cases of up to 7 prompts and 4 instances.</summary>
    public static IReadOnlyList<ReproductionRow> Batching()
    {
        const string inputs =
            "1,500 cases: 2 to 7 prompts of 10 to 100K tokens (log-uniform), 4 instances with 1K to 210K free slots, random coefficients, seed 1";
        var random = new RandomStream(1, 0);
        var (cases, optimal) = (0, 0);
        var losses = new List<double>();
        for (var run = 0; run < 1_500; run++)
        {
            int[] lengths =
            [
                .. Enumerable
                    .Range(0, 2 + random.NextBelow(6))
                    .Select(_ => (int)Math.Pow(10, 1 + 4 * random.NextUnit()))
                    .OrderDescending(),
            ];
            int[] free = [.. Enumerable.Range(0, 4).Select(_ => 1_000 + random.NextBelow(209_001)).OrderDescending()];
            var (a, hop, b, c) = (
                5 + 20 * random.NextUnit(),
                6 * random.NextUnit(),
                0.01 + 0.05 * random.NextUnit(),
                1e-6 * random.NextUnit()
            );
            var cost = new ElasticCost(
                [.. Enumerable.Range(1, 4).Select(u => new PrefillCoefficients(a + hop * (u - 1), b / u, c / u))],
                default,
                0
            );
            var least = Least(lengths, free, cost);
            var plan = BatchingStep.Solve(lengths, free, cost);
            cases++;
            if (double.IsPositiveInfinity(least) ? plan is null : Math.Abs(plan!.Objective - least) <= 1e-9 * least)
                optimal++;
            if (BatchingStep.Solve(lengths, free, cost, BatchingBound.ReleasedCode) is { } released && plan is not null)
                losses.Add(released.Objective / plan.Objective);
        }
        losses.Sort();
        return
        [
            ReproductionRow.Within("§5.3, batching", "cases in which the search is optimal", cases, optimal, 0, inputs),
            new ReproductionRow
            {
                Experiment = "§5.3, batching",
                Quantity = "objective under the released code's bound / optimum, median",
                Published = "not published",
                Measured = losses[losses.Count / 2],
                Lowest = 1,
                Highest = double.PositiveInfinity,
                Inputs = inputs,
                Remark = "the released code takes the paper's upper bound on the width of a group for a lower one",
            },
        ];
    }

    /// <summary>Fig. 12: P90 goodput of elastic against the best static parallelism.</summary>
    public static IReadOnlyList<ReproductionRow> StaticParallelism() =>
        [.. StaticParallelism(1.0, 2.33), .. StaticParallelism(1.2, 1.98), .. StaticParallelism(1.4, 1.53)];

    /// <summary>Fig. 12 for one exponent.</summary>
    internal static IReadOnlyList<ReproductionRow> StaticParallelism(
        double exponent,
        double published,
        double seconds = 1000
    )
    {
        double Goodput(ElasticSimulation simulation) =>
            LoongServeGoodput.Search(
                simulation,
                (rate, count, seed) => LoongServeWorkload.Zipf(exponent, rate, count, seed),
                0.5,
                seconds
            );
        var tensor = Goodput(LoongServeDeployment.FixedTensor());
        var sequence = Goodput(LoongServeDeployment.FixedSequence());
        var replicated = Goodput(LoongServeDeployment.Replicated());
        var best = Math.Max(tensor, Math.Max(sequence, replicated));
        var exact = Goodput(LoongServeDeployment.Elastic(64, BatchingBound.Exact));
        var released = Goodput(LoongServeDeployment.Elastic(64, BatchingBound.ReleasedCode));
        var inputs = string.Create(
            CultureInfo.InvariantCulture,
            $"{Testbed}; prompts and arrivals of the artifact (seed 0), {seconds} s, answers drawn from seeds 1 to 3; goodput in req/s: exact batching {exact:F2}, released bound {released:F2}, TP 8 {tensor:F2}, SP 4 x TP 2 {sequence:F2}, 4 replicas of TP 2 {replicated:F2}"
        );
        var experiment = string.Create(CultureInfo.InvariantCulture, $"Fig. 12, Zipf {exponent:F1}");
        var remark = string.Create(
            CultureInfo.InvariantCulture,
            $"the publication's system searches with the released bound, which gives {released / best:F2} here; the exact search spends fewer instances on long prompts, which is best for the prompts of one macro-iteration but makes it longer, and whoever comes meanwhile waits: {exact:F2} req/s against {released:F2}"
        );
        ReproductionRow Ratio(string batching, double goodput)
        {
            var row = ReproductionRow.Within(
                experiment,
                $"P90 goodput of LoongServe ({batching}) / of the best static parallelism",
                published,
                goodput / best,
                Band,
                inputs
            );
            return row.IsMet ? row : row with { Remark = remark };
        }
        return [Ratio("exact batching", exact), Ratio("released bound", released)];
    }

    /// <summary>§7.4: what scale-up brings on ShareGPT, and how often it happens.</summary>
    public static IReadOnlyList<ReproductionRow> ScaleUp()
    {
        double Goodput(bool scaleUp, double floorMs) =>
            LoongServeGoodput.Search(
                LoongServeDeployment.Elastic(1, BatchingBound.ReleasedCode, scaleUp),
                LoongServeWorkload.ShareGpt,
                4,
                200,
                floorMs
            );
        var (with, without) = (Goodput(true, 0), Goodput(false, 0));
        var (withFloor, withoutFloor) = (
            Goodput(true, LoongServeGoodput.FloorMs),
            Goodput(false, LoongServeGoodput.FloorMs)
        );
        var gain = ReproductionRow.Within(
            "§7.4, scale-up on ShareGPT",
            "P90 goodput with scale-up / without",
            2.87,
            with / without,
            Band,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Testbed}; 200 s of requests, seeds 1 to 3; TTFT within 25 x the prefill alone, TPOT within 50 ms; goodput {with:F2} and {without:F2} req/s"
            )
        );
        return
        [
            gain.IsMet
                ? gain
                : gain with
                {
                    Remark = string.Create(
                        CultureInfo.InvariantCulture,
                        $"without scale-up only instances that hold nothing take prompts in, so TTFT waits until one is empty and the ratio hangs on the TTFT objective, which is not stated: with Fig. 12's floor of 15 s it is {withFloor:F2} / {withoutFloor:F2} = {withFloor / withoutFloor:F2}"
                    ),
                },
            ScaleUpFrequency(),
        ];
    }

    /// <summary>§7.4: scale-ups in 10 s at 25 requests a second.</summary>
    internal static ReproductionRow ScaleUpFrequency(double seconds = 200)
    {
        double Frequency(BatchingBound bound)
        {
            var (result, stats) = LoongServeDeployment
                .Elastic(1, bound)
                .Serve(LoongServeWorkload.ShareGpt(25, (int)(25 * seconds)));
            return stats.Sum(s => s.ScaleUps) * 10_000 / result.DurationMs;
        }
        var row = ReproductionRow.Within(
            "§7.4, scale-up on ShareGPT",
            "scale-ups in 10 s at 25 req/s",
            7.12,
            Frequency(BatchingBound.ReleasedCode),
            Band,
            $"{Testbed}; {seconds} s of requests, seed 1"
        );
        return row.IsMet
            ? row
            : row with
            {
                Remark = string.Create(
                    CultureInfo.InvariantCulture,
                    $"counts grow steeply once a decode batch passes the threshold of 128, whose size is rate x answer x step time; with exact batching, which spreads prefills over all instances, none is left to add: {Frequency(BatchingBound.Exact):F2}"
                ),
            };
    }

    /// <summary>§7.2: disaggregation on 4 + 4 GPUs runs out of memory on the long data sets, elastic instances do not.</summary>
    public static IReadOnlyList<ReproductionRow> Disaggregation() =>
        [
            Disaggregation("l-eval", 1_500, runsOut: false),
            Disaggregation("lv-eval", 1_500, runsOut: true),
            Disaggregation("mixed", 4_500, runsOut: true),
        ];

    /// <summary>§7.2 for one data set.</summary>
    internal static ReproductionRow Disaggregation(string lengths, int count, bool runsOut)
    {
        List<TraceRequest> requests = [.. LoongServeWorkload.Of(lengths, 0.02, count)];
        var apart = LoongServeDeployment.Disaggregated().Run(requests).Refused.Count;
        var elastic = LoongServeDeployment.Elastic(4, BatchingBound.Exact).Run(requests).Refused.Count;
        return ReproductionRow.Holds(
            $"§7.2, disaggregation on {lengths}",
            runsOut ? "4 + 4 GPUs run out of KV memory, elastic instances do not" : "4 + 4 GPUs hold every request",
            runsOut ? apart > 0 && elastic == 0 : apart == 0,
            $"{Testbed}; {count} requests, seed 1; 410,000 token slots on each half (artifact, vLLM at TP 4); too long for a half: {apart}, for the elastic pool: {elastic}"
        );
    }

    /// <summary>The least objective over all ways to cut the prompts into batches and to give each a number of instances.</summary>
    private static double Least(ReadOnlySpan<int> lengths, ReadOnlySpan<int> free, ElasticCost cost)
    {
        if (lengths.IsEmpty)
            return 0;
        var least = double.PositiveInfinity;
        for (var requests = 1; requests <= lengths.Length; requests++)
        {
            var sums = PromptSums.Of(lengths[..requests]);
            var slots = 0L;
            for (var instances = 1; instances <= free.Length; instances++)
            {
                slots += free[instances - 1];
                if (sums.Tokens > slots)
                    continue;
                var ms = cost.PrefillMs(instances, sums.Tokens, sums.Squares);
                least = Math.Min(least, ms * sums.Rate + Least(lengths[requests..], free[instances..], cost));
            }
        }
        return least;
    }
}
