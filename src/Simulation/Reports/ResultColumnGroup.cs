// Owns which figures the result table shows, in which order, and the notes that explain them.
namespace Tern.Simulation.Reports;

/// <summary>Columns that stay together under one header.</summary>
/// <param name="Name">The header.</param>
/// <param name="Notes">Lines that say what the columns mean.</param>
/// <param name="Columns">The columns.</param>
internal sealed record ResultColumnGroup(string Name, string[] Notes, ResultColumn[] Columns)
{
    /// <summary>The groups of a table of these systems: no objective, no attainment; no goodput search, no goodput.</summary>
    public static IReadOnlyList<ResultColumnGroup> For(
        IReadOnlyList<SystemReport> systems,
        MetricDefinitions definitions,
        ServiceObjective? objective
    )
    {
        var groups = new List<ResultColumnGroup>();
        if (objective is not null)
            groups.Add(Attainment(objective, systems[0].Metrics.CountsUnserved));
        if (systems.Any(system => system.Goodput is not null))
            groups.Add(Goodput(systems));
        groups.AddRange([.. Device(systems), .. Latencies(definitions)]);
        return groups;
    }

    /// <summary>Characters the group takes in print, two before each column.</summary>
    public int WidthFor(IReadOnlyList<SystemReport> systems)
    {
        var width = 0;
        for (var i = 0; i < Columns.Length; i++)
        {
            var header = Math.Max(Columns[i].Header.Length, i == 0 ? Name.Length : 0);
            width += 2 + Math.Max(header, systems.Max(system => Columns[i].Text(Columns[i].Value(system)).Length));
        }
        return width;
    }

    private static ResultColumnGroup Attainment(ServiceObjective objective, bool countsUnserved) =>
        new(
            "SLO %",
            [
                $"SLO: {objective}",
                "  all: every limit met by the same request; TTFT, TPOT: that limit alone; requests rejected or unfinished "
                    + (countsUnserved ? "miss it" : "left out"),
            ],
            [
                ResultColumn.Percent("all", "attainment", system => system.Metrics.Attainments[0].Joint),
                ResultColumn.Percent("TTFT", "ttft_attainment", system => system.Metrics.Attainments[0].Ttft),
                ResultColumn.Percent("TPOT", "tpot_attainment", system => system.Metrics.Attainments[0].Tpot),
            ]
        );

    private static ResultColumnGroup Goodput(IReadOnlyList<SystemReport> systems)
    {
        var bounds = systems.Where(system => system.Goodput is { IsLowerBound: true }).Select(system => system.Name);
        return new(
            "goodput",
            [
                "goodput: highest request rate found whose attainment reaches the target",
                .. bounds
                    .Distinct()
                    .Select(name => $"  {name}: the target was never missed; its goodput is at least this"),
            ],
            [ResultColumn.Number("req/s", "goodput_req_s", system => system.Goodput?.Rate)]
        );
    }

    private static ResultColumnGroup[] Device(IReadOnlyList<SystemReport> systems) =>
        [
            new(
                "throughput",
                [],
                [
                    ResultColumn.Number("req/s", "throughput_req_s", system => system.Metrics.RequestsPerSecond),
                    ResultColumn.Number("tok/s", "throughput_tok_s", system => system.Metrics.TokensPerSecond),
                ]
            ),
            new(
                "use %",
                [
                    "use: mean share of the devices that computed over the run; greatest share of the KV capacity held at once",
                ],
                [
                    ResultColumn.Percent("device", "utilization", system => system.Utilization),
                    ResultColumn.Percent("KV max", "kv_high_water", system => system.KvHighWater),
                ]
            ),
            new(
                "events",
                [
                    "events: preemptions, swaps to host memory, migrations, requests rejected, requests unfinished",
                    .. Refusals(systems),
                ],
                [
                    ResultColumn.Count("preempt", "preemptions", system => system.Metrics.Preemptions),
                    ResultColumn.Count("swaps", "swaps", system => system.Swaps),
                    ResultColumn.Count("migr.", "migrations", system => system.Migrations),
                    ResultColumn.Count("reject.", "rejected", system => system.Metrics.Rejected),
                    ResultColumn.Count("unfin.", "unfinished", system => system.Metrics.Unfinished),
                ]
            ),
        ];

    /// <summary>Why requests were rejected: what is dropped is never dropped silently.</summary>
    private static IEnumerable<string> Refusals(IReadOnlyList<SystemReport> systems) =>
        systems
            .Where(system => system.FirstRefusal is not null)
            .DistinctBy(system => system.Name)
            .Select(system => $"  {system.Name} rejected requests, the first in {system.FirstRefusal}");

    private static ResultColumnGroup[] Latencies(MetricDefinitions definitions)
    {
        var perPrompt = definitions.Ttft == TtftDefinition.PerPromptToken;
        return
        [
            new(
                perPrompt ? "TTFT ms/token" : "TTFT ms",
                [$"TTFT: {definitions.TtftText} ({definitions.Name})"],
                ResultColumn.Latency(perPrompt ? "ttft_ms_per_token" : "ttft_ms", metrics => metrics.Ttft)
            ),
            new(
                "TPOT ms",
                [$"TPOT: {definitions.TpotText} ({definitions.Name})"],
                ResultColumn.Latency("tpot_ms", metrics => metrics.Tpot)
            ),
            new(
                "norm. ms",
                [$"norm.: normalized latency in ms/token, {definitions.NormalizedText} ({definitions.Name})"],
                ResultColumn.Latency("normalized_ms", metrics => metrics.Normalized)
            ),
        ];
    }
}
