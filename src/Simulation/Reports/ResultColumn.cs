// Owns the columns of the result table.
namespace Tern.Simulation.Reports;

/// <summary>One figure of a system: how it is called, computed and printed.</summary>
/// <param name="Header">Header in print, under its group's.</param>
/// <param name="Key">Name in CSV and JSON, with the unit.</param>
/// <param name="Value">The figure; NaN where it does not apply.</param>
/// <param name="Text">The figure in print.</param>
internal sealed record ResultColumn(
    string Header,
    string Key,
    Func<SystemReport, double> Value,
    Func<double, string> Text
)
{
    public static ResultColumn Number(string header, string key, Func<SystemReport, double?> value) =>
        new(header, key, system => value(system) ?? double.NaN, NumberText.Significant);

    public static ResultColumn Count(string header, string key, Func<SystemReport, long?> value) =>
        new(header, key, system => value(system) ?? double.NaN, NumberText.Count);

    public static ResultColumn Percent(string header, string key, Func<SystemReport, double?> share) =>
        new(header, key, system => share(system) ?? double.NaN, NumberText.Percent);

    /// <summary>The columns of one latency.</summary>
    public static ResultColumn[] Latency(string key, Func<ServingMetrics, LogHistogram> latency) =>
        [
            Number("mean", $"{key}_mean", system => latency(system.Metrics).Mean),
            Number("P50", $"{key}_p50", system => latency(system.Metrics).Percentile(50)),
            Number("P90", $"{key}_p90", system => latency(system.Metrics).Percentile(90)),
            Number("P99", $"{key}_p99", system => latency(system.Metrics).Percentile(99)),
        ];
}
