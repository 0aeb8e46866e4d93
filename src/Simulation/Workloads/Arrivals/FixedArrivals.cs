// Owns arrivals by the clock.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>Arrivals at equal gaps of 1/rate; the k-th, from 1, at k/rate.</summary>
public sealed class FixedArrivals(double rate) : IArrivalProcess
{
    /// <inheritdoc/>
    public double Rate { get; } = ArrivalTime.CheckedRate(rate);

    /// <inheritdoc/>
    public IArrivalProcess AtRate(double rate) => new FixedArrivals(rate);

    /// <inheritdoc/>
    public IEnumerable<double> TimesMs(RandomStream random)
    {
        // A multiple instead of a sum: a million gaps do not add up a million roundings.
        for (var k = 1L; ; k++)
            yield return ArrivalTime.Ms(k / Rate);
    }
}
