// Owns the count of requests that met an objective.
namespace Tern.Simulation.Reports;

/// <summary>
/// Exact counts for one objective. Shares are of all requests counted: those served and, where
/// <see cref="ServingMetrics.CountsUnserved"/>, those refused or not answered to the end, which meet no limit. A share is
/// <see cref="double.NaN"/> without requests. A limit that is not given is met by every request served.
/// </summary>
public sealed class Attainment
{
    private long _counted;
    private long _joint;
    private long _ttft;
    private long _tpot;
    private long _endToEnd;
    private long _normalized;

    internal Attainment(ServiceObjective objective) => Objective = objective;

    /// <summary>The objective.</summary>
    public ServiceObjective Objective { get; }

    /// <summary>Share of requests that met all limits together: what DistServe's paper calls SLO attainment.</summary>
    public double Joint => Share(_joint);

    /// <summary>Share that met the limit on TTFT, whatever became of the others.</summary>
    public double Ttft => Share(_ttft);

    /// <summary>Share that met the limit on TPOT, whatever became of the others.</summary>
    public double Tpot => Share(_tpot);

    /// <summary>
    /// The least share over the limits, each looked at alone: at least 90 % exactly if the P90 of every latency is within its limit,
    /// which is what DistServe's simulator asks. Never below <see cref="Joint"/>.
    /// </summary>
    public double Separate => Share(Math.Min(Math.Min(_ttft, _tpot), Math.Min(_endToEnd, _normalized)));

    internal void AddServed(double ttftMs, double tpotMs, double endToEndMs, double normalizedMs)
    {
        var ttft = Within(ttftMs, Objective.TtftSeconds);
        var tpot = Within(tpotMs, Objective.TpotSeconds);
        var endToEnd = Within(endToEndMs, Objective.EndToEndSeconds);
        var normalized = Within(normalizedMs, Objective.NormalizedSeconds);
        _counted++;
        _ttft += ttft ? 1 : 0;
        _tpot += tpot ? 1 : 0;
        _endToEnd += endToEnd ? 1 : 0;
        _normalized += normalized ? 1 : 0;
        _joint += ttft && tpot && endToEnd && normalized ? 1 : 0;
    }

    internal void AddUnserved() => _counted++;

    private static bool Within(double ms, double? seconds) => seconds is not { } limit || ms <= limit * 1000;

    private double Share(long met) => _counted == 0 ? double.NaN : (double)met / _counted;
}
