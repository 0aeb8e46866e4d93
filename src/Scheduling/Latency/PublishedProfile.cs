// Owns one entry of the catalog of published profiles.
namespace Tern.Scheduling.Latency;

/// <summary>The profile of one engine, model and degree of tensor parallelism, all on NVIDIA A100 80 GB SXM in FP16.</summary>
/// <param name="Engine">Serving engine that was profiled.</param>
/// <param name="Model">Name in <see cref="ModelCatalog"/>.</param>
/// <param name="Tensor">Degree of tensor parallelism.</param>
/// <param name="Profile">The coefficients.</param>
public sealed record PublishedProfile(string Engine, string Model, int Tensor, LatencyProfile Profile);
