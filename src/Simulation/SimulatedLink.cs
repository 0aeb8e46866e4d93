// Owns the occupation of one link.
namespace Tern.Simulation;

/// <summary>A link in use: transfers wait for the ones before them.</summary>
internal sealed class SimulatedLink(LinkPlan plan)
{
    private double _freeMs;

    /// <summary>Bytes carried so far.</summary>
    public double Bytes { get; private set; }

    /// <summary>Books a transfer that is ready at <paramref name="nowMs"/> and returns when it is done.</summary>
    public double Transfer(double bytes, double nowMs)
    {
        Bytes += bytes;
        // Latency is the wire's: the next transfer may follow before the first has arrived.
        _freeMs = Math.Max(nowMs, _freeMs) + bytes / plan.BytesPerMs;
        return _freeMs + plan.LatencyMs;
    }
}
