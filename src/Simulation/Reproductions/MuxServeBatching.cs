// Owns the figures of MuxServe's batching: launch orders on one unit, and quotas over time.
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Placement;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// MuxServe's ablation of ADBS (ICML 2024, §4.4): two units of four A100, each at one load. The rivals share the GPUs in time only: the
/// released scripts run FCFS on whole GPUs and nothing else there.
/// </summary>
public static class MuxServeBatching
{
    /// <summary>The released generator: 200 requests of the most popular LLM, here 8 in a second, and 2 % more time for them.</summary>
    private const double Seconds = 200 / 8.0 * 1.02;

    /// <summary>An LLM of the ablation: requests in a second, mean tokens, share of the compute units for decodes.</summary>
    private sealed record Member(string Model, double Rate, int Prompt, int Output, double DecodeShare);

    /// <summary>Requests of 2:1:1 tokens, prompts and answers as in the released generator, decode shares of the released example.</summary>
    private static readonly Member[] _three =
    [
        new("llama-30b", 2, 768, 256, 0.4),
        new("llama-13b", 8, 256, 256, 0.4),
        new("llama-7b", 8, 384, 128, 0.3),
    ];

    /// <summary>Requests of 4:1 tokens; how they divide into prompts and answers is assumed.</summary>
    private static readonly Member[] _two = [new("llama-65b", 1, 768, 256, 0.4), new("llama-30b", 8, 128, 128, 0.4)];

    /// <summary>ADBS against round-robin and first come, first served.</summary>
    public static IReadOnlyList<ReproductionRow> Rows()
    {
        ReadOnlySpan<Throughputs> settings = [Run(_three, 1), Run(_two, 1)];
        var (three, two, doubled) = (settings[0], settings[1], Run(_three, 2));
        var inputs = FormattableString.Invariant(
            $"mean over two units of 4 A100: LLaMA 30B, 13B, 7B at 2:8:8 requests/s with 2:1:1 tokens (768+256, 256+256, 384+128, of the released generator), and 65B, 30B at 1:8 with 4:1 (768+256, 128+128, assumed); lengths uniform within half of the mean, Poisson for {Seconds:0.0} s as released; decode shares 40, 40, 30 %; rivals on whole GPUs in turns; mean of seeds {string.Join(", ", MuxServeCluster.Seeds)}; {MuxServeReproduction.Engine}"
        );
        return
        [
            Row("throughput over round-robin", 1.43, (three.OverRoundRobin + two.OverRoundRobin) / 2) with
            {
                Remark = FormattableString.Invariant(
                    $"{three.OverRoundRobin:0.00} and {two.OverRoundRobin:0.00}. That round-robin shares in time only is assumed: with ADBS's shares it serves as much ({three.Adbs / three.SharedRoundRobin:0.00} times), because the pool of KV blocks is half empty at these rates and quotas save nothing; at twice the rates it is {doubled.Adbs / doubled.SharedRoundRobin:0.00}"
                ),
            },
            Row("throughput over FCFS", 1.85, (three.OverFcfs + two.OverFcfs) / 2) with
            {
                Remark = FormattableString.Invariant(
                    $"{three.OverFcfs:0.00} and {two.OverFcfs:0.00}: ADBS serves {three.Adbs:0.0} and {two.Adbs:0.0} requests/s, FCFS {three.Fcfs:0.0} and {two.Fcfs:0.0}; the ratio grows with the load, to {doubled.OverFcfs:0.00} for three LLMs at twice the rates. The division of the 4:1 requests into prompts and answers is not published"
                ),
            },
        ];

        ReproductionRow Row(string quantity, double published, double measured) =>
            ReproductionRow.Within("MuxServe §4.4, ADBS", quantity, published, measured, 0.15, inputs);
    }

    /// <summary>Whether quotas follow the load, from <see cref="QuotaSeries"/>.</summary>
    public static ReproductionRow QuotaAdaptation()
    {
        var series = QuotaSeries();
        var starts = series
            .Where(sample => sample.Ms == series[0].Ms)
            .ToDictionary(sample => sample.Llm, sample => sample.Quota);
        var peaks = series.GroupBy(sample => sample.Llm).ToDictionary(llm => llm.Key, llm => llm.Max(s => s.Quota));
        var total = starts.Values.Sum();
        var conserved = series.GroupBy(sample => sample.Ms).All(moment => moment.Sum(sample => sample.Quota) == total);
        return ReproductionRow.Holds(
            "MuxServe §3.3, quotas",
            "the LLM whose load was underestimated gets at least half as much again, and no block is made or lost",
            conserved && peaks["llama-30b"] >= 1.5 * starts["llama-30b"],
            $"LLaMA 30B, 13B, 7B on 4 A100; quotas begin for 1:4:4 requests/s, they come at 6:4:4 and long answers for 30B; seed {MuxServeCluster.Seeds[0]}; {MuxServeReproduction.Engine}"
        );
    }

    /// <summary>Quotas of three LLMs every 8 s while the load differs from what was expected: the curve of a chart.</summary>
    public static IReadOnlyList<QuotaSample> QuotaSeries()
    {
        const double Prompt = MuxServeCluster.PromptTokens;
        const double Output = MuxServeCluster.OutputTokens;
        MultiplexedLlm[] expected =
        [
            MuxServeCluster.Llm("llama-30b", "llama-30b", 1, 2 * Prompt, 2 * Output),
            MuxServeCluster.Llm("llama-13b", "llama-13b", 4, Prompt, Output),
            MuxServeCluster.Llm("llama-7b", "llama-7b", 4, Prompt, Output),
        ];
        double[] rates = [6, 4, 4];
        List<MultiplexedLlm> actual = [.. expected.Select((llm, i) => llm with { RatePerSecond = rates[i] })];
        List<QuotaSample> series = [];
        MuxServeCluster.Throughput(
            Units(_three, expected, AdaptiveBatching.Adbs),
            MuxServeCluster.Workload(actual, 120, MuxServeCluster.Seeds[0]),
            series.Add
        );
        return series;
    }

    /// <summary>Rate-weighted requests in a second, each the mean over the seeds.</summary>
    internal readonly record struct Throughputs(double Adbs, double RoundRobin, double Fcfs, double SharedRoundRobin)
    {
        public double OverRoundRobin => Adbs / RoundRobin;

        public double OverFcfs => Adbs / Fcfs;
    }

    private static Throughputs Run(Member[] members, double scale)
    {
        MultiplexedLlm[] llms =
        [
            .. members.Select(one =>
                MuxServeCluster.Llm(one.Model, one.Model, scale * one.Rate, one.Prompt, one.Output)
            ),
        ];
        var lengths = members.ToDictionary(
            one => one.Model,
            one => new UniformLengths(Around(one.Prompt), Around(one.Output))
        );
        var (adbs, turns, fcfs, shared) = (0.0, 0.0, 0.0, 0.0);
        foreach (var seed in MuxServeCluster.Seeds)
        {
            var workload = MuxServeCluster.Workload(llms, Seconds, seed, llm => lengths[llm.Name]);
            adbs += Mean(AdaptiveBatching.Adbs, temporal: false);
            turns += Mean(AdaptiveBatching.RoundRobin, temporal: true);
            fcfs += Mean(AdaptiveBatching.Fcfs, temporal: true);
            shared += Mean(AdaptiveBatching.RoundRobin, temporal: false);

            double Mean(AdaptiveBatching batching, bool temporal) =>
                MuxServeCluster.Weighted(Units(members, llms, batching, temporal), workload)
                / MuxServeCluster.Seeds.Length;
        }
        return new Throughputs(adbs, turns, fcfs, shared);

        static TokenRange Around(int mean) => new(mean / 2, mean + mean / 2);
    }

    private static UnitPlan[] Units(
        Member[] members,
        MultiplexedLlm[] llms,
        AdaptiveBatching batching,
        bool temporal = false
    )
    {
        var placed = llms.Zip(members)
            .Select(pair => new PlacedLlm(pair.First, pair.Second.DecodeShare, 1, 0, ServingLimit.Batch));
        var plan = new MultiplexPlan
        {
            Units = [new MultiplexUnit(4, [.. placed])],
            NodePartitions =
            [
                [4],
            ],
            Throughput = 0,
            Considered = 1,
            Feasible = 1,
        };
        return MuxServeCluster.Units(plan, llms.ToDictionary(llm => llm.Name, llm => llm.Name), batching, temporal);
    }
}
