// Owns the question "when do requests come".
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>A process of arrivals. Time 0 is the beginning of the run, not the first arrival.</summary>
public interface IArrivalProcess
{
    /// <summary>Mean arrivals, requests/s.</summary>
    double Rate { get; }

    /// <summary>The same process at another mean rate, requests/s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 1e-6 to 1e6.</exception>
    IArrivalProcess AtRate(double rate);

    /// <summary>
    /// Times of arrival in ms, never going back, generated as they are asked for; without an end unless the process has one. The same
    /// stream gives the same times on every machine.
    /// </summary>
    IEnumerable<double> TimesMs(RandomStream random);
}
