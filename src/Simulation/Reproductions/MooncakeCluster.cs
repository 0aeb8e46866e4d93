// Owns the cluster of Mooncake's evaluation.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// Mooncake's testbed (Qin et al., FAST 2025, §4.1 and §5.1): 16 nodes of eight A800-80G that each hold a model of the shape of Llama 3 70B,
/// joined by RDMA of 800 Gbit/s; eight prefill and eight decode, a split it does not give. Step times are the roofline's, nothing is fitted. The paper's caches are in
/// host memory; here they are what fits beside the weights.
/// </summary>
public static class MooncakeCluster
{
    private const double LinkGigabytesPerSecond = 100;

    /// <summary>The routings that the paper compares, in its order from worst to best.</summary>
    public static IReadOnlyList<(string Name, IRoutingPolicy Policy)> Routings { get; } =
    [
        ("random", new RandomByHash()),
        ("least loaded", new LeastOutstanding()),
        ("prefix affinity", new PrefixAffinity()),
        ("mooncake", new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = TransferMsPerToken })),
    ];

    /// <summary>The cluster under a routing policy.</summary>
    /// <param name="routing">The routing policy.</param>
    /// <param name="targets">What is promised.</param>
    /// <param name="prefill">Prefill nodes.</param>
    /// <param name="decode">Decode nodes.</param>
    public static ClusterPlan Plan(IRoutingPolicy routing, LatencyTargets targets, int prefill = 8, int decode = 8)
    {
        var (device, cut) = (DeviceCatalog.Get("a800-80g"), new Parallelism(Tensor: 8));
        var latency = new Roofline(device, Model, cut);
        var options = new SchedulerOptions
        {
            BlockSize = PrefixIndex.ChunkTokens,
            BlockCount = (int)(KvCapacity.Tokens(device.MemoryBytes, Model, cut.Tensor) / PrefixIndex.ChunkTokens),
            MaxBatchTokens = 8192,
            Estimate = latency,
            Targets = targets,
        };
        return new ClusterPlan
        {
            System = Mooncake.System with { Routing = routing },
            KvLink = LinkPlan.GigabytesPerSecond(LinkGigabytesPerSecond),
            Workers =
            [
                .. Enumerable.Repeat(Worker(WorkerRole.Prefill), prefill),
                .. Enumerable.Repeat(Worker(WorkerRole.Decode), decode),
            ],
        };

        WorkerPlan Worker(WorkerRole role) =>
            new()
            {
                // Decoders continue what is moved to them whole; they need no prefixes.
                Options = options with
                {
                    Role = role,
                    EnablePrefixCaching = role != WorkerRole.Decode,
                },
                Latency = latency,
                Devices = cut.Devices,
                KvBytesPerToken = Model.KvBytesPerToken,
            };
    }

    private static ModelShape Model => ModelCatalog.Get("llama-3.1-70b");

    private static double TransferMsPerToken => Model.KvBytesPerToken / (LinkGigabytesPerSecond * 1e6);
}
