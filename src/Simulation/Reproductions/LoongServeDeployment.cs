// Owns the deployments of LoongServe's evaluation on eight GPUs.
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Reproductions;

/// <summary>Eight A800-80G GPUs with LWM-1M-Text, divided in one of the ways that the evaluation compares.</summary>
internal static class LoongServeDeployment
{
    /// <summary>Four elastic instances of two GPUs.</summary>
    public static ElasticSimulation Elastic(int maxOutOfOrder, BatchingBound bound, bool scaleUp = true) =>
        Of(LoongServe.Published(4, 2, maxOutOfOrder) with { BatchingBound = bound, EnableScaleUp = scaleUp }, 2);

    /// <summary>One group of four instances of two GPUs for every iteration.</summary>
    public static ElasticSimulation FixedSequence() =>
        Of(LoongServe.Published(4, 2, 0) with { Parallelism = ElasticParallelism.Fixed }, 2);

    /// <summary>Eight GPUs in tensor parallel.</summary>
    public static ElasticSimulation FixedTensor() =>
        Of(LoongServe.Published(1, 8, 0) with { Parallelism = ElasticParallelism.Fixed }, 8);

    /// <summary>Four replicas of two GPUs in tensor parallel.</summary>
    public static ElasticSimulation Replicated() =>
        Of(LoongServe.Published(1, 2, 0) with { Parallelism = ElasticParallelism.Fixed }, 2, replicas: 4);

    /// <summary>Four GPUs that prefill and four that decode. 410,000 tokens fit four GPUs beside a prefill's activations (the artifact's vLLM at TP4).</summary>
    public static ElasticSimulation Disaggregated() =>
        Of(
            LoongServe.Published(2, 4, 0) with
            {
                Parallelism = ElasticParallelism.Disaggregated,
                SlotsPerInstance = 410_000,
                MaxWaitIterations = 0,
            },
            4
        );

    private static ElasticSimulation Of(ElasticOptions options, int tensorParallel, int replicas = 1) =>
        new(options, LoongServe.LwmOnA800(tensorParallel).Costs(options.Instances)) { Replicas = replicas };
}
