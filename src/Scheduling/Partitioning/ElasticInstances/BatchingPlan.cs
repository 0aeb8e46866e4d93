// Owns what the batching step decides.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>How the accepted requests are prefilled.</summary>
/// <param name="Batches">The batches, which run at the same time.</param>
/// <param name="Objective">Sum over requests of (duration of its batch in ms) / (its length).</param>
public sealed record BatchingPlan(IReadOnlyList<PrefillBatch> Batches, double Objective);
