// Owns arrivals that know nothing of each other.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>A Poisson process: gaps are exponential, their coefficient of variation is 1.</summary>
public sealed class PoissonArrivals(double rate) : IArrivalProcess
{
    /// <inheritdoc/>
    public double Rate { get; } = ArrivalTime.CheckedRate(rate);

    /// <inheritdoc/>
    public IArrivalProcess AtRate(double rate) => new PoissonArrivals(rate);

    /// <inheritdoc/>
    public IEnumerable<double> TimesMs(RandomStream random)
    {
        for (var seconds = 0.0; ; )
            yield return ArrivalTime.Ms(seconds += random.NextExponential() / Rate);
    }
}
