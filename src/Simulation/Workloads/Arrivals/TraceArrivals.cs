// Owns arrivals as somebody measured them.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>The arrival times of a trace, stretched or squeezed to a rate. Ends with the trace. Chance has no part in it.</summary>
public sealed class TraceArrivals : IArrivalProcess
{
    private readonly double[] _timesMs;
    private readonly double _stretch;

    /// <summary>Takes the times of a trace at the rate they have.</summary>
    /// <exception cref="ArgumentException">The trace has fewer than two requests or all at one time: it has no rate.</exception>
    public TraceArrivals(IEnumerable<TraceRequest> trace)
        : this([.. trace.Select(r => r.ArrivalMs)], 1) { }

    private TraceArrivals(double[] timesMs, double stretch)
    {
        if (timesMs.Length < 2 || !(timesMs[^1] > timesMs[0]))
            throw new ArgumentException(
                "a trace needs at least two requests at different times to have a rate",
                nameof(timesMs)
            );
        (_timesMs, _stretch) = (timesMs, stretch);
        Rate = (timesMs.Length - 1) * 1e3 / ((timesMs[^1] - timesMs[0]) * stretch);
    }

    /// <summary>Gaps over the time from first to last arrival, requests/s.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public IArrivalProcess AtRate(double rate) =>
        new TraceArrivals(_timesMs, _stretch * (Rate / ArrivalTime.CheckedRate(rate)));

    /// <inheritdoc/>
    public IEnumerable<double> TimesMs(RandomStream random)
    {
        foreach (var ms in _timesMs)
            yield return ArrivalTime.Ms(ms * _stretch / 1e3);
    }
}
