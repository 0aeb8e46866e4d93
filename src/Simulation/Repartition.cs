// Owns the record of one change of a pipeline's partition.
using Tern.Scheduling.Partitioning;

namespace Tern.Simulation;

/// <summary>Layers moved.</summary>
/// <param name="Ms">When the first batch in the new partition began.</param>
/// <param name="From">The partition before.</param>
/// <param name="To">The partition after.</param>
/// <param name="Layers">Layers that changed their stage.</param>
/// <param name="WaitedMs">Ms that stages stood still for keys and values on their way.</param>
public sealed record Repartition(double Ms, LayerPartition From, LayerPartition To, int Layers, double WaitedMs);
