// Owns a master's part of a decode iteration.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Consecutive sequences of a group whose dense layers one instance computes and whose new keys and values it keeps.</summary>
/// <param name="Master">The instance.</param>
/// <param name="Sequences">How many; at least 1.</param>
public readonly record struct MiniBatch(int Master, int Sequences);
