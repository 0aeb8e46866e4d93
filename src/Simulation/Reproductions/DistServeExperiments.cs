// Owns the figures of DistServe's evaluation that a workload is simulated for.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Simulation.Reproductions;

/// <summary>DistServe's simulator and evaluation (OSDI 2024, §6; <c>simdistserve</c>) on published step times.</summary>
public static class DistServeExperiments
{
    private static readonly Parallelism _vllm66 = new(4, 1);
    private static readonly DisaggregatedPlacement _distServe66 = new(1, new(4, 1), new(2, 2));

    /// <summary>The case that the simulator's README works through: the best placement of OPT-13B on one node of four GPUs.</summary>
    public static IEnumerable<ReproductionRow> ReadmeCase()
    {
        // 1.56 is printed; the bisection's grid has 1.5625.
        const double Published = 1.5625;
        var setup = new DistServeSetup("opt-13b", 200, 100, requests: 300);
        var search = new GoodputSearch(new() { Rule = AttainmentRule.Each });
        var ranking = search.Rank(
            new PlacementSpace(1, 4, 40, 40).Pairs(NodeAffinity.Low),
            pair => pair.Gpus,
            setup.DistServe,
            setup.Refuse
        );
        var winner = ranking.Winner!;
        var bySeed = Enumerable
            .Range(0, 9)
            .Select(seed => search.GoodputPerGpu(winner.Placement, winner.Gpus, setup.WithSeed((ulong)seed).DistServe))
            .ToList();
        yield return ReproductionRow.Within(
            "simulator's README",
            "goodput of the best placement, req/s for each GPU",
            Published,
            winner.GoodputPerGpu,
            0.1,
            setup.Inputs + "; P90 of each latency, rates up to 5 for each GPU, tolerance 0.25"
        ) with
        {
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"300 requests are few: seeds 0 to 8 give {bySeed.Min():0.##} to {bySeed.Max():0.##}, mean {bySeed.Average():0.##}. {ranking.Reason}"
            ),
        };
        yield return ReproductionRow.Holds(
            "simulator's README",
            "the best placement is (1, 2, 1, 1, 1): prefill tp2, decode tp1",
            winner.Placement == new DisaggregatedPlacement(1, new(2, 1), new(1, 1)),
            setup.Inputs
        );
    }

    /// <summary>Table 2: attainment of OPT-66B at growing rates, real system and simulator; the simulator's column is compared.</summary>
    public static IEnumerable<ReproductionRow> Table2()
    {
        (double Rate, double Vllm, double DistServe)[] published =
        [
            (1.0, 96.8, 100),
            (1.5, 65.1, 100),
            (2.0, 51.0, 99.3),
            (2.5, 46.1, 88.3),
            (3.0, 38.3, 84.1),
            (3.5, 28.0, 77.0),
            (4.0, 24.1, 68.9),
        ];
        var setup = new DistServeSetup("opt-66b", 400, 100, requests: 1000);
        var idle = setup.Vllm(_vllm66, 0.01).Both;
        foreach (var (rate, vllm, distServe) in published)
        {
            var row = Row("vLLM tp4", rate, vllm, setup.Vllm(_vllm66, rate).Both);
            yield return row.IsMet
                ? row
                : row with
                {
                    Remark = string.Create(
                        CultureInfo.InvariantCulture,
                        $"by the published step times and lengths an idle vLLM attains {100 * idle:0.#} %: prompts above some 1,290 tokens take longer than 400 ms alone. With them the published column cannot be had at any rate, whereas DistServe's, on the same lengths, is met"
                    ),
                };
            yield return Row(
                "DistServe-Low, prefill tp4, decode tp2·pp2",
                rate,
                distServe,
                setup.DistServe(_distServe66, rate).Both
            );
        }

        ReproductionRow Row(string system, double rate, double expected, double share) =>
            ReproductionRow.Around(
                "table 2",
                FormattableString.Invariant($"{system} at {rate:0.0} req/s, attainment, %"),
                expected,
                100 * share,
                6,
                setup.Inputs
            );
    }
}
