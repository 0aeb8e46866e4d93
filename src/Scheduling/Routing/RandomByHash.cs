// Owns the routing policy "to anybody".
namespace Tern.Scheduling.Routing;

/// <summary>
/// A replica at random, the baseline of Mooncake's comparison (FAST 2025, Fig. 5): drawn by hashing the number of the decision, so that
/// equal runs draw equally.
/// </summary>
public sealed class RandomByHash : IRoutingPolicy
{
    /// <inheritdoc/>
    public RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs)
    {
        // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
        var value = (ulong)(replicas.Routed + 1) * 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        value ^= value >> 31;
        return RoutingDecision.To(replicas.All[(int)(value % (ulong)replicas.All.Length)]);
    }
}
