// Owns the rows that compare DynaPipe's published figures with the simulator's.
using System.Globalization;
using Tern.Scheduling.Partitioning;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// DynaPipe (NeurIPS 2025): even, static and moving splits of Qwen2.5 over four A100-PCIe-40G, at a moderate and a high load whose kind
/// changes every minute.
/// </summary>
public static class DynaPipeReproduction
{
    private const string Device =
        "4 × A100-PCIe-40G, roofline at its default efficiencies, sampling of 164 bytes a logit (counted in gLLM's released sampler; with 16, a fused sampler, the reductions are 3 to 10 % and the tail weighs 2.0 layers)";

    /// <summary>Requests a second of chats and of Azure's conversations for the 14B model.</summary>
    private static readonly (double Chat, double Azure)[] _loads = [(10, 5), (20, 9)];

    /// <summary>Runs the experiments.</summary>
    public static IReadOnlyList<ReproductionRow> Rows()
    {
        var rows = new List<ReproductionRow>();
        var runs = new List<Comparison>();
        foreach (var (model, scale) in (ReadOnlySpan<(string, double)>)[("qwen2.5-14b", 1), ("qwen2.5-32b", 0.45)])
        {
            var setup = new DynaPipeSetup(model);
            foreach (var (chat, azure) in _loads)
            {
                var run = Compare(setup, chat * scale, azure * scale, statics: 3);
                runs.Add(run);
                var inputs = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model}; {Device}; 6 phases of 60 s, ShareGPT at {chat * scale}/s and Azure conversations at {azure * scale}/s in turn; gLLM's steps of up to 2048 tokens"
                );
                rows.Add(
                    ReproductionRow.Between(
                        "end-to-end latency against the even split",
                        "reduction of the mean (%), published rule",
                        8,
                        41,
                        100 * (1 - run.RuleMs / run.EvenMs),
                        inputs
                    ) with
                    {
                        Remark = 1 - run.RuleMs / run.EvenMs < 0.08 ? Bound(setup, run) : "",
                    }
                );
                rows.Add(
                    ReproductionRow.Holds(
                        "exact cut against the published rule",
                        $"its mean latency is at most 1 % above the rule's ({run.ExactMs:F0} to {run.RuleMs:F0} ms) and above the best static split's ({run.StaticMs:F0} ms)",
                        run.ExactMs <= 1.01 * Math.Min(run.RuleMs, run.StaticMs),
                        inputs
                    )
                );
            }
            rows.AddRange(PredictorRows(setup, model));
        }
        rows.Add(
            ReproductionRow.Between(
                "moves in a run",
                "mean changes of the partition",
                5,
                7,
                runs.Average(run => (double)run.Moves),
                $"both models, both loads ({string.Join(", ", runs.Select(run => run.Moves))}); {Device}"
            ) with
            {
                Remark =
                    "near the middle between two cuts the rule has nothing that keeps it at one of them: even steps often agree 25 times in a row on the other. With plain chunks of 2048, whose steps are uneven, there are 3.5 moves, and the mean latencies are 30 to 84 % higher",
            }
        );
        rows.Add(
            ReproductionRow.Within(
                "weight of the tail",
                "logits and sampling in layers, mean over batches",
                3.09,
                runs.Average(run => run.TailRatio),
                0.2,
                $"both models, both loads; {Device}"
            )
        );
        return rows;
    }

    /// <summary>Serves one load with every split.</summary>
    /// <param name="setup">The model and its devices.</param>
    /// <param name="chatRate">Requests a second in phases of chats.</param>
    /// <param name="azureRate">Requests a second in phases of Azure's conversations.</param>
    /// <param name="statics">Static splits to try: 1 to this many layers fewer on the last stage.</param>
    internal static Comparison Compare(DynaPipeSetup setup, double chatRate, double azureRate, int statics)
    {
        var load = DynaPipeSetup.Mix(chatRate, azureRate, phases: 6, phaseSeconds: 60).ToList();
        var even = setup.Static(0);
        var evenMs = LatencyMs(setup.Run(null, even, load, out _));
        var staticMs = evenMs;
        for (var moved = 1; moved <= statics; moved++)
            staticMs = Math.Min(staticMs, LatencyMs(setup.Run(null, setup.Static(moved), load, out _)));
        var ruleMs = LatencyMs(setup.Run(new BubbleAware(), even, load, out var report));
        var exactMs = LatencyMs(setup.Run(new ExactBalance(), even, load, out _));
        return new Comparison(evenMs, staticMs, ruleMs, exactMs, report.Repartitions.Count, report.TailRatio);
    }

    /// <summary>What the best cut could take off if layers could be divided: the tail weighs r layers, a stage has n; from n + r to n + r / stages.</summary>
    private static string Bound(DynaPipeSetup setup, Comparison run)
    {
        var layers = (double)setup.Latency.Layers / DynaPipeSetup.Stages;
        var most = run.TailRatio * (1 - 1.0 / DynaPipeSetup.Stages) / (layers + run.TailRatio);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the tail weighs {run.TailRatio:F1} layers here, a stage has {layers:F0}: a perfect cut shortens the longest stage by {100 * most:F1} %"
        );
    }

    private static double LatencyMs(SimulationResult result) =>
        result.Timelines.Average(timeline => timeline.FinishMs - timeline.ArrivalMs);

    private static IEnumerable<ReproductionRow> PredictorRows(DynaPipeSetup setup, string model)
    {
        var fitted = StageTimePredictor.Fit(setup.Samples, fixedPart: true);
        var published = StageTimePredictor.Fit(setup.Samples);
        var sampled = setup.Samples.Where(sample => sample.Step.SampledTokens > 0).ToList();
        var inputs = $"{model}; {setup.Samples.Count} batches of up to 256 decodes and 1792 tokens of prompt; {Device}";
        var without =
            100 * setup.Samples.Average(sample => Math.Abs(published.LayerMs(sample.Step) / sample.LayerMs - 1));
        yield return ReproductionRow.Between(
            "predictor",
            "mean error of a layer's time (%), published 4.95",
            0,
            4.95,
            100 * setup.Samples.Average(sample => Math.Abs(fitted.LayerMs(sample.Step) / sample.LayerMs - 1)),
            inputs
        ) with
        {
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"with a part for reading the weights, which the published form lacks (without it {without:F1} %); a linear form does not follow the roofline's corner"
            ),
        };
        yield return ReproductionRow.Between(
            "predictor",
            "mean error of the tail's time (%), published 0.31",
            0,
            0.31,
            100 * sampled.Average(sample => Math.Abs(fitted.SampleMs(sample.Step) / sample.SampleMs - 1)),
            inputs
        ) with
        {
            Remark = "the head turns from bandwidth to arithmetic at some 180 samples, which a straight line misses",
        };
    }

    /// <summary>Mean end-to-end latencies of the splits in ms; what the published rule did.</summary>
    internal sealed record Comparison(
        double EvenMs,
        double StaticMs,
        double RuleMs,
        double ExactMs,
        int Moves,
        double TailRatio
    );
}
