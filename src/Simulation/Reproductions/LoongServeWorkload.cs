// Owns the requests of LoongServe's evaluation: the catalog's stand-ins for its data sets, Poisson arrivals.
using System.Globalization;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>The workloads of §7.1 and §7.4 (SOSP 2024), with lengths from <see cref="LengthCatalog"/>.</summary>
internal static class LoongServeWorkload
{
    /// <summary>Requests with the lengths of one of the catalog's profiles.</summary>
    /// <param name="lengths">Name of the profile.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">Number of requests.</param>
    /// <param name="seed">Where chance begins.</param>
    public static IEnumerable<TraceRequest> Of(string lengths, double rate, int count, ulong seed = 1) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = LengthCatalog.Get(lengths).Distribution,
            Seed = seed,
        }
            .Requests()
            .Take(count);

    /// <summary>Whole conversations up to 2.3K tokens.</summary>
    public static IEnumerable<TraceRequest> ShareGpt(double rate, int count, ulong seed = 1) =>
        Of("sharegpt-loongserve", rate, count, seed);

    /// <summary>The mixed set resampled with this exponent: 1.0, 1.2 or 1.4.</summary>
    public static IEnumerable<TraceRequest> Zipf(double exponent, double rate, int count, ulong seed = 1) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"zipf-{exponent:F1}"), rate, count, seed);
}
