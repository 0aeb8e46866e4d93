// Owns the curves of a report: which figures of the systems make which chart.
namespace Tern.Simulation.Reports.Charts;

/// <summary>The charts that the papers show, one line for each system.</summary>
public static class ReportCharts
{
    /// <summary>Every percent of a distribution, and its tail.</summary>
    private static readonly double[] _percents = [.. Enumerable.Range(0, 100), 99.5, 99.9, 100];

    /// <summary>All the charts for which the systems have figures.</summary>
    /// <param name="systems">The systems.</param>
    /// <param name="target">Share of requests that must attain the objective, from 0 to 1.</param>
    /// <param name="scales">
    /// Scales of an SLO-scale sweep: the metrics' objectives are then these multiples of one objective, in this order. Empty for none.
    /// </param>
    public static IReadOnlyList<Chart> All(
        IReadOnlyList<SystemReport> systems,
        double target,
        IReadOnlyList<double> scales
    )
    {
        var charts = new List<Chart>();
        var swept = systems.Where(system => system.Rates.Count > 0).ToList();
        if (swept.Count > 0)
        {
            charts.Add(AttainmentAgainstRate(swept, target));
            charts.Add(LatencyAgainstRate(swept));
        }
        if (scales.Count > 1)
            charts.Add(AttainmentAgainstScale(systems, scales, target));
        var served = systems.Where(system => system.Metrics.Served > 0).ToList();
        if (served.Count > 0)
        {
            charts.Add(TtftDistribution(served));
            charts.Add(TpotDistribution(served));
        }
        if (systems.Any(system => system.KvUse is not null))
            charts.Add(KvUse([.. systems.Where(system => system.KvUse is not null)]));
        if (systems.Any(system => system.QueueLength is not null))
            charts.Add(QueueLength([.. systems.Where(system => system.QueueLength is not null)]));
        return charts;
    }

    /// <summary>Attainment of the objective against the request rate.</summary>
    public static Chart AttainmentAgainstRate(IReadOnlyList<SystemReport> systems, double target) =>
        new()
        {
            Title = "SLO attainment against the request rate.",
            XLabel = "request rate (req/s)",
            YLabel = "SLO attainment (%)",
            Series = Lines(systems, system => system.Rates.Select(p => new ChartPoint(p.Rate, p.Attainment * 100))),
            References = [new ReferenceLine($"target {NumberText.Short(target * 100)} %", target * 100)],
        };

    /// <summary>Mean normalized latency against the request rate; logarithmic where it spans more than a factor of 20.</summary>
    public static Chart LatencyAgainstRate(IReadOnlyList<SystemReport> systems)
    {
        var latencies = systems.SelectMany(system => system.Rates).Select(point => point.NormalizedMs);
        return new Chart
        {
            Title =
                $"Mean normalized latency, {systems[0].Metrics.Definitions.NormalizedText}, against the request rate.",
            XLabel = "request rate (req/s)",
            YLabel = "normalized latency (ms/token)",
            Series = Lines(systems, system => system.Rates.Select(p => new ChartPoint(p.Rate, p.NormalizedMs))),
            LogY = SpansDecades(latencies.Where(latency => !double.IsNaN(latency))),
        };
    }

    /// <summary>Attainment against the scale of the objective.</summary>
    /// <exception cref="ArgumentException">A system does not have one objective for each scale.</exception>
    public static Chart AttainmentAgainstScale(
        IReadOnlyList<SystemReport> systems,
        IReadOnlyList<double> scales,
        double target
    )
    {
        foreach (var system in systems)
        {
            if (system.Metrics.Attainments.Count != scales.Count)
                throw new ArgumentException(
                    $"'{system.Name}' has {system.Metrics.Attainments.Count} objectives for {scales.Count} scales",
                    nameof(systems)
                );
        }
        int[] ascending = [.. Enumerable.Range(0, scales.Count).OrderBy(i => scales[i])];
        return new Chart
        {
            Title = "SLO attainment as all limits of the objective are scaled.",
            XLabel = "SLO scale",
            YLabel = "SLO attainment (%)",
            Series = Lines(
                systems,
                system => ascending.Select(i => new ChartPoint(scales[i], system.Metrics.Attainments[i].Joint * 100))
            ),
            References = [new ReferenceLine($"target {NumberText.Short(target * 100)} %", target * 100)],
        };
    }

    /// <summary>Distribution of TTFT over the requests served, with the objective's limit.</summary>
    public static Chart TtftDistribution(IReadOnlyList<SystemReport> systems)
    {
        var definitions = systems[0].Metrics.Definitions;
        var unit = definitions.Ttft == TtftDefinition.PerPromptToken ? "ms/token" : "ms";
        return Distribution(
            systems,
            ("TTFT", definitions.TtftText, unit),
            metrics => metrics.Ttft,
            objective => objective.TtftSeconds
        );
    }

    /// <summary>Distribution of TPOT over the requests served, with the objective's limit.</summary>
    public static Chart TpotDistribution(IReadOnlyList<SystemReport> systems) =>
        Distribution(
            systems,
            ("TPOT", systems[0].Metrics.Definitions.TpotText, "ms/token"),
            metrics => metrics.Tpot,
            objective => objective.TpotSeconds
        );

    /// <summary>Share of the KV capacity in use over time.</summary>
    public static Chart KvUse(IReadOnlyList<SystemReport> systems) =>
        OverTime(systems, "Share of the KV capacity in use over time.", "KV in use (%)", system => system.KvUse!, 100);

    /// <summary>Requests waiting over time.</summary>
    public static Chart QueueLength(IReadOnlyList<SystemReport> systems) =>
        OverTime(systems, "Requests waiting over time.", "requests waiting", system => system.QueueLength!, 1);

    private static Chart Distribution(
        IReadOnlyList<SystemReport> systems,
        (string Name, string Formula, string Unit) latency,
        Func<ServingMetrics, LogHistogram> values,
        Func<ServiceObjective, double?> limit
    )
    {
        var seconds = systems[0].Metrics.Attainments is [var first, ..] ? limit(first.Objective) : null;
        return new Chart
        {
            Title = $"Distribution of {latency.Name}, {latency.Formula}, over the requests served.",
            XLabel = $"{latency.Name} ({latency.Unit})",
            YLabel = "requests (%)",
            Series = Lines(
                systems,
                system => _percents.Select(p => new ChartPoint(values(system.Metrics).Percentile(p), p))
            ),
            LogX = SpansDecades(
                systems.SelectMany(system =>
                    new[]
                    {
                        values(system.Metrics).Min,
                        values(system.Metrics).Percentile(50),
                        values(system.Metrics).Max,
                    }
                )
            ),
            References = seconds is { } value
                ?
                [
                    new ReferenceLine(
                        $"SLO {NumberText.Short(value * 1000)} {latency.Unit}",
                        value * 1000,
                        Vertical: true
                    ),
                ]
                : [],
        };
    }

    private static Chart OverTime(
        IReadOnlyList<SystemReport> systems,
        string title,
        string label,
        Func<SystemReport, Gauge> gauge,
        double factor
    ) =>
        new()
        {
            Title = title,
            XLabel = "time (s)",
            YLabel = label,
            Series = Lines(
                systems,
                system => gauge(system).Samples().Select(s => new ChartPoint(s.StartMs / 1000, s.Mean * factor))
            ),
        };

    private static ChartSeries[] Lines(
        IReadOnlyList<SystemReport> systems,
        Func<SystemReport, IEnumerable<ChartPoint>> points
    ) => [.. systems.Select(system => new ChartSeries(system.Name, [.. points(system)]))];

    /// <summary>Whether the values are positive and span more than a factor of 20, so that a linear axis would hide the small ones.</summary>
    private static bool SpansDecades(IEnumerable<double> values)
    {
        var (low, high) = (double.PositiveInfinity, 0.0);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return low > 0 && high > 20 * low;
    }
}
