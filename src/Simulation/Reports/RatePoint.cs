// Owns one point of a sweep over request rates.
namespace Tern.Simulation.Reports;

/// <summary>What a system did at one request rate.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Attainment">Joint attainment of the objective, from 0 to 1; <see cref="double.NaN"/> without an objective.</param>
/// <param name="NormalizedMs">Mean normalized latency, in ms a token; <see cref="double.NaN"/> if no request was served.</param>
public readonly record struct RatePoint(double Rate, double Attainment, double NormalizedMs)
{
    /// <summary>Reads the figures of a run at a rate.</summary>
    public static RatePoint Of(double rate, ServingMetrics metrics) =>
        new(rate, metrics.Attainments is [var first, ..] ? first.Joint : double.NaN, metrics.Normalized.Mean);
}
