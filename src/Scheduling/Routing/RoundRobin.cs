// Owns the routing policy "one after the other".
namespace Tern.Scheduling.Routing;

/// <summary>Each replica in turn.</summary>
public sealed class RoundRobin : IRoutingPolicy
{
    /// <inheritdoc/>
    public RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs) =>
        RoutingDecision.To(replicas.All[(int)(replicas.Routed % replicas.All.Length)]);
}
