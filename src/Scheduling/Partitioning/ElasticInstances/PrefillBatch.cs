// Owns one batch of a batching plan.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Consecutive requests on consecutive instances, in the orders given to <see cref="BatchingStep"/>.</summary>
/// <param name="FirstRequest">Position of the first request.</param>
/// <param name="Requests">Number of requests; at least 1.</param>
/// <param name="FirstInstance">Position of the first instance.</param>
/// <param name="Instances">Number of instances, its degree of parallelism; at least 1.</param>
public readonly record struct PrefillBatch(int FirstRequest, int Requests, int FirstInstance, int Instances);
