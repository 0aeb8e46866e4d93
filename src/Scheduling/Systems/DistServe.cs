// Owns the composition that is DistServe.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Migration;
using Tern.Scheduling.Preemption;

namespace Tern.Scheduling.Systems;

/// <summary>
/// DistServe: prompts on workers of their own, decodes on others, keys and values pulled by the decode worker when it has room. Runs on
/// workers with the roles <see cref="WorkerRole.Prefill"/> and <see cref="WorkerRole.Decode"/>; how many and how they are cut is
/// <see cref="Placement.DistServeSearch"/>'s answer.
/// </summary>
public static class DistServe
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "distserve",
            Source =
                "Zhong et al.: DistServe: Disaggregating Prefill and Decoding for Goodput-optimized Large Language Model Serving, OSDI 2024",
            Batching = new PrefillOnly(),
            DecodeBatching = new DecodeOnly(),
            Preemption = new Swap(),
            Migration = new PullAfterPrefill(),
        };
}
