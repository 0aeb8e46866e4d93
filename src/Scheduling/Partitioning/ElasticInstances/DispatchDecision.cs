// Owns what the dispatch step decides.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Who is prefilled now.</summary>
/// <param name="Accepted">Positions in <see cref="DispatchState.Waiting"/>.</param>
/// <param name="Overtakes">Whether one of them overtakes a request that stays.</param>
public sealed record DispatchDecision(IReadOnlyList<int> Accepted, bool Overtakes);
