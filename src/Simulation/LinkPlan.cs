// Owns the description of a simulated link.
namespace Tern.Simulation;

/// <summary>A link that carries one transfer after the other.</summary>
/// <param name="BytesPerMs">Bandwidth; infinite for none to wait for.</param>
/// <param name="LatencyMs">Ms before the first byte arrives.</param>
public sealed record LinkPlan(double BytesPerMs, double LatencyMs = 0)
{
    /// <summary>Takes no time: for reproducing evaluations that leave transfers out.</summary>
    public static LinkPlan Instant { get; } = new(double.PositiveInfinity);

    /// <summary>A link of this many GB (10⁹ bytes) a second.</summary>
    public static LinkPlan GigabytesPerSecond(double gigabytes, double latencyMs = 0) =>
        new(gigabytes * 1e6, latencyMs);

    /// <summary>Ms that a transfer takes when nothing is before it.</summary>
    public double TransferMs(double bytes) => LatencyMs + bytes / BytesPerMs;
}
