// Owns the axis "which replica".
namespace Tern.Scheduling.Routing;

/// <summary>Chooses the worker for a request, or for a sequence whose prompt is computed elsewhere. Pure: the view is all it knows.</summary>
public interface IRoutingPolicy
{
    /// <summary>The policy for one set of replicas. One that remembers its decisions is a new one, so that sets and runs do not mix.</summary>
    IRoutingPolicy For(ReplicaSet replicas) => this;

    /// <summary>The replica for a request that arrives.</summary>
    /// <param name="request">The request.</param>
    /// <param name="replicas">Those that may take it.</param>
    /// <param name="nowMs">Now.</param>
    RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs);
}
