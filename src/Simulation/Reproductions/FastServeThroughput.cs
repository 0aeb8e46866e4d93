// Owns the rates that FastServe and its baselines sustain: figure 11 of its evaluation.
using System.Globalization;
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// FastServe, NSDI 2026, Fig. 11: the rate at which the mean normalized latency exceeds 0.3 s a token. Published values are those printed by
/// the artifact's <c>plot.ipynb</c>; its runs are short (20 to 800 requests), so rates beyond the sustainable one stay below the limit.
/// </summary>
public static class FastServeThroughput
{
    private const double LimitSeconds = 0.3;
    private const int Seeds = 5;
    private const double Band = 0.2;

    // The artifact draws from ShareGPT_V3_unfiltered_cleaned_split.json. vLLM's paper gives other means, of a file that it does not name.
    private const string ShareGpt = "sharegpt-v3";
    private const string ShareGptOfVllm = "sharegpt";

    private static readonly double[] _shareGptRates =
    [
        0.1,
        0.2,
        0.5,
        1,
        1.5,
        1.75,
        2,
        2.25,
        2.5,
        3,
        4,
        4.5,
        5,
        5.5,
        6,
        10,
    ];

    private static readonly double[] _alpacaRates = [1, 3, 5, 8, 11, 12, 13, 14, 15, 17, 20, 30, 40, 50, 60];

    private static readonly ServingSystem[] _systems =
    [
        FastServeTestbed.StaticBatches,
        Vllm.System,
        FastServeTestbed.Fcfs,
        FastServe.Released,
    ];

    private static readonly double[] _shareGpt13B = [0.16, 2.30, 2.41, 4.89];
    private static readonly double[] _alpaca13B = [2.3, 11.7, 16.3, 32.4];

    /// <summary>Crossing rates of OPT-13B, then the order of the systems for every model and data set.</summary>
    public static IReadOnlyList<ReproductionRow> Run()
    {
        var rows = new List<ReproductionRow>();
        var orders = new List<ReproductionRow>();
        foreach (var testbed in new[] { FastServeTestbed.Opt13B, FastServeTestbed.Opt66B, FastServeTestbed.Opt175B })
        {
            foreach (var lengths in new[] { ShareGpt, "alpaca" })
            {
                var crossings = _systems.Select(system => Crossing(testbed, system, lengths)).ToArray();
                orders.Add(Order(testbed, lengths, crossings));
                if (testbed != FastServeTestbed.Opt13B)
                    continue;
                var published = lengths == ShareGpt ? _shareGpt13B : _alpaca13B;
                for (var i = 0; i < _systems.Length; i++)
                    rows.Add(Row(testbed, _systems[i], lengths, published[i], crossings[i]));
            }
        }
        return [.. rows, .. orders];
    }

    private static ReproductionRow Row(
        FastServeTestbed testbed,
        ServingSystem system,
        string lengths,
        double published,
        double crossing
    )
    {
        var row = ReproductionRow.Within(
            $"Fig. 11, {testbed.Model}, {lengths}",
            $"{system.Name}: rate at {LimitSeconds} s a token (req/s)",
            published,
            crossing,
            Band,
            Inputs(testbed, system, lengths)
        );
        var remarks = new List<string>();
        if (!row.IsMet && lengths == ShareGpt)
            remarks.Add(
                $"lengths are counted in Llama 3's tokens, as OPT's are not published: with the means of vLLM's paper, 161 in and 338 out, {Text(Crossing(testbed, system, ShareGptOfVllm))}"
            );
        if (!row.IsMet && system == FastServeTestbed.StaticBatches)
        {
            var single = system with
            {
                Batching = new StaticBatching(new StaticBatching.Options { MaxPaddedTokens = 1 }),
            };
            remarks.Add(
                $"the server's batch limit is not published: 2,048 padded tokens assumed, one request at a time {Text(Crossing(testbed, single, lengths))}"
            );
        }
        if (system == FastServe.Released && lengths == ShareGpt)
            remarks.Add(
                $"with the paper's constants, α of 300 ms above all, {Text(Crossing(testbed, FastServe.System, lengths))}: "
                    + "beyond its capacity everybody starves within α, and every step swaps other sequences in"
            );
        return row with { Remark = string.Join("; ", remarks) };
    }

    private static ReproductionRow Order(FastServeTestbed testbed, string lengths, double[] crossings)
    {
        var holds = true;
        for (var i = 1; i < crossings.Length; i++)
            holds &= crossings[i] > crossings[i - 1];
        return ReproductionRow.Holds(
            $"Fig. 11, {testbed.Model}, {lengths}",
            $"rate at {LimitSeconds} s a token: FastServe > FCFS > vLLM > FasterTransformer",
            holds,
            Inputs(testbed, FastServe.Released, lengths)
        ) with
        {
            Remark =
                string.Join(", ", _systems.Select((system, i) => $"{system.Name} {Text(crossings[i])}")) + " req/s",
        };
    }

    private static double Crossing(FastServeTestbed testbed, ServingSystem system, string lengths)
    {
        var alpaca = lengths == "alpaca";
        var curve = new List<(double, double)>();
        foreach (var rate in alpaca ? _alpacaRates : _shareGptRates)
        {
            // The artifact's lists of requests by rate, which follow these rules.
            var requests = (int)(
                alpaca
                    ? rate <= 1
                        ? 100
                        : Math.Max(300, 20 * rate)
                    : Math.Min(400, 200 * rate)
            );
            var latency = testbed.Latency(system, lengths, rate, requests, Seeds);
            curve.Add((rate, latency));
            if (latency > LimitSeconds)
                break;
        }
        return Goodput.CrossingRate(curve, LimitSeconds);
    }

    private static string Inputs(FastServeTestbed testbed, ServingSystem system, string lengths) =>
        $"{testbed.InputsOf(system)}; Poisson, {lengths} lengths, the artifact's rates and numbers of requests, seeds 1 to {Seeds}; nothing fitted";

    private static string Text(double rate) => rate.ToString("0.00", CultureInfo.InvariantCulture);
}
