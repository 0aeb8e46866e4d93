// Owns arrivals that are more or less regular than Poisson's.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>
/// A renewal process with gamma-distributed gaps of coefficient of variation <paramref name="cv"/>: 1 is Poisson, more is bursty
/// (FastServe's synthetic load has 4), less is regular. Shape 1/cv², scale cv²/rate, as DistServe's simulator has it.
/// </summary>
/// <param name="rate">Requests/s.</param>
/// <param name="cv">Deviation of the gaps over their mean, from 0.05 to 20.</param>
public sealed class GammaArrivals(double rate, double cv) : IArrivalProcess
{
    /// <inheritdoc/>
    public double Rate { get; } = ArrivalTime.CheckedRate(rate);

    /// <summary>Deviation of the gaps over their mean.</summary>
    public double Cv { get; } =
        cv is >= 0.05 and <= 20
            ? cv
            : throw new ArgumentOutOfRangeException(
                nameof(cv),
                cv,
                "cv must be from 0.05 to 20; fixed gaps are FixedArrivals"
            );

    /// <inheritdoc/>
    public IArrivalProcess AtRate(double rate) => new GammaArrivals(rate, Cv);

    /// <inheritdoc/>
    public IEnumerable<double> TimesMs(RandomStream random)
    {
        var shape = 1 / (Cv * Cv);
        for (var seconds = 0.0; ; )
            yield return ArrivalTime.Ms(seconds += random.NextGamma(shape) / (shape * Rate));
    }
}
