// Owns the routing policy "to whoever has the fewest requests".
namespace Tern.Scheduling.Routing;

/// <summary>Fewest outstanding requests first (DistServe's dispatch, OSDI 2024, §4.3: the shortest queue).</summary>
public sealed class LeastOutstanding : IRoutingPolicy
{
    /// <inheritdoc/>
    public RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs) =>
        RoutingDecision.To(replicas.LeastOutstanding);
}
