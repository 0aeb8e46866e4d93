// Owns the figure of MuxServe's placement: the search against the greedy one.
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Placement;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// MuxServe's ablation of its placement (ICML 2024, §4.4). The greedy one is what the released tool runs as <c>--greedy</c>: each LLM on
/// the smallest idle mesh that is enough, else where the most memory is left.
/// </summary>
public static class MuxServePlacement
{
    /// <summary>As long as the released end-to-end workloads.</summary>
    private const double Seconds = 240;

    private static readonly (string Model, double Rate)[] _mix =
    [
        ("llama-7b", 10),
        ("llama-13b", 10),
        ("llama-30b", 4),
        ("llama-65b", 2),
        ("llama-7b", 2),
        ("llama-13b", 2),
        ("llama-7b", 2),
    ];

    /// <summary>The search against its greedy alternative, both simulated.</summary>
    public static ReproductionRow Row()
    {
        double[] scales = [0.5, 1, 2];
        double[] ratios = [.. scales.Select(scale => Ratio(scale, PlacementStrategy.MostMemory))];
        double[] others = [.. scales.Select(scale => Ratio(scale, PlacementStrategy.EmptiestMesh))];
        return ReproductionRow.Within(
            "MuxServe §4.4, placement",
            "throughput over greedy (the smallest mesh that is enough, then the most free memory)",
            1.3,
            ratios.Average(),
            0.15,
            $"7 LLaMA (7B ×3, 13B ×2, 30B, 65B; half of them popular with over 70 % of the requests; rates assumed) on 16 A100, ShareGPT's lengths, {Seconds} s, mean over loads ×{List(scales)} (at ×3 greedy finds no place for all), seed {MuxServeCluster.Seeds[0]}; {MuxServeReproduction.Engine}"
        ) with
        {
            Remark =
                $"{List(ratios)} at these loads: up to ×1 greedy leaves most LLMs alone on one or two GPUs, where the last requests end later; at ×2 it cuts the nodes as the search does. Over the other alternative of the released code, the largest load to the emptiest mesh, it is {List(others)}. The rates of this ablation are not in the material we have",
        };

        static string List(double[] values) =>
            string.Join(", ", values.Select(value => FormattableString.Invariant($"{value:0.##}")));
    }

    private static double Ratio(double scale, PlacementStrategy rival)
    {
        MultiplexedLlm[] llms =
        [
            .. _mix.Select(
                (one, i) =>
                    MuxServeCluster.Llm(
                        $"llm-{i}",
                        one.Model,
                        scale * one.Rate,
                        MuxServeCluster.PromptTokens,
                        MuxServeCluster.OutputTokens
                    )
            ),
        ];
        var modelOf = llms.Zip(_mix).ToDictionary(pair => pair.First.Name, pair => pair.Second.Model);
        var workload = MuxServeCluster.Workload(llms, Seconds, MuxServeCluster.Seeds[0]);
        return Simulated(PlacementStrategy.LargestGain) / Simulated(rival);

        double Simulated(PlacementStrategy strategy) =>
            MuxServeCluster.Weighted(
                MuxServeCluster.Units(MuxServeCluster.Place(llms, 2, strategy)!, modelOf, AdaptiveBatching.Adbs),
                workload
            );
    }
}
