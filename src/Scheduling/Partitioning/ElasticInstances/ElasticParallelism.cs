// Owns the names of the ways instances can work together.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>How a scheduler groups its instances.</summary>
public enum ElasticParallelism
{
    /// <summary>Anew in every iteration: LoongServe.</summary>
    Elastic,

    /// <summary>
    /// All instances are one group for every iteration, prompts lie evenly on all, one master decodes: static sequence parallelism (the
    /// released code's <c>use_fixed_sp</c>), and with one instance static tensor parallelism.
    /// </summary>
    Fixed,

    /// <summary>Instance 0 prefills, instance 1 decodes, keys and values move after the prefill: disaggregation (DistServe, OSDI 2024).</summary>
    Disaggregated,
}
