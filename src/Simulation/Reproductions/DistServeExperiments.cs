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
        var setup = new DistServeSetup("opt-13b", 200, 100, Requests: 300);
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
            .Select(seed =>
                search.GoodputPerGpu(winner.Placement, winner.Gpus, (setup with { Seed = (ulong)seed }).DistServe)
            )
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

    /// <summary>
    /// Table 2: attainment of OPT-66B at growing rates, real system and simulator; the simulator's column is compared. Requests are as many as
    /// the released scripts send, 25 for each GPU; the table's own number is not published.
    /// </summary>
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
        var setup = Served(25 * _vllm66.Devices);
        var pairSetup = Served(25 * _distServe66.Gpus);
        var idle = 100 * setup.Vllm(_vllm66, 0.01).Both;
        foreach (var (rate, vllm, distServe) in published)
        {
            var row = Row("vLLM tp4", rate, vllm, setup, s => s.Vllm(_vllm66, rate).Both);
            yield return row.IsMet
                ? row
                : row with
                {
                    Remark =
                        row.Remark
                        + Text(
                            $"; on DistServe's faster steps {100 * setup.VllmOnDistServesSteps(_vllm66, rate).Both:0.0}. None of the three falls from 97 to 65 between 1 and 1.5 req/s. One request alone every 100 s attains {idle:0.0} % as measured: a prompt above 1,750 tokens takes 400 ms, and so many are longer"
                        ),
                };
            yield return Row(
                "DistServe-Low, prefill tp4, decode tp2·pp2",
                rate,
                distServe,
                pairSetup,
                s => s.DistServe(_distServe66, rate).Both
            );
        }

        static DistServeSetup Served(int requests) =>
            new("opt-66b", 400, 100, requests) { Runs = 20, AsMeasured = true };

        static ReproductionRow Row(
            string system,
            double rate,
            double expected,
            DistServeSetup setup,
            Func<DistServeSetup, double> attainment
        )
        {
            var row = ReproductionRow.Around(
                "table 2",
                FormattableString.Invariant($"{system} at {rate:0.0} req/s, attainment, %"),
                expected,
                100 * attainment(setup),
                6,
                setup.Inputs
            );
            return row.IsMet
                ? row
                : row with
                {
                    Remark = Text(
                        $"with the factors by which the last release slows steps {100 * attainment(setup with { AsMeasured = false }):0.0}"
                    ),
                };
        }

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
