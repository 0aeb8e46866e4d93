// Owns what the allocation step decides.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Which instances prefill and which groups go on decoding meanwhile.</summary>
/// <param name="Available">Instances for the prefill.</param>
/// <param name="Running">Positions in <see cref="ElasticSnapshot.Groups"/> of groups that go on.</param>
public sealed record AllocationDecision(IReadOnlyList<int> Available, IReadOnlyList<int> Running);
