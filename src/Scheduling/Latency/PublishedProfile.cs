// Owns one entry of the catalog of published profiles.
namespace Tern.Scheduling.Latency;

/// <summary>The profile of one engine, model and degree of tensor parallelism, all on NVIDIA A100 80 GB SXM in FP16.</summary>
/// <param name="Engine">Serving engine that was profiled.</param>
/// <param name="Model">Name in <see cref="ModelCatalog"/>.</param>
/// <param name="Tensor">Degree of tensor parallelism.</param>
/// <param name="Profile">The coefficients as released.</param>
public sealed record PublishedProfile(string Engine, string Model, int Tensor, LatencyProfile Profile)
{
    /// <summary>
    /// The coefficients as measured. What was released last is that times factors set by hand for overhead: they stand in the code of earlier
    /// revisions (1.05 and 1.2 for the prefills of DistServe and vLLM at first, then none, then 1.1 and 1.4, and 1.2 for vLLM's decodes) until commit
    /// 4c68ed95 multiplies the files by the last ones.
    /// </summary>
    public LatencyProfile Measured => Engine == "vllm" ? Profile.Scaled(1 / 1.4, 1 / 1.2) : Profile.Scaled(1 / 1.1, 1);
}
