// Owns the deployment that the benchmark simulates.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation;

namespace Tern.Serving.Benchmarks;

/// <summary>OPT-13B on A100-80G devices, one a worker, with 56 GB of host memory each.</summary>
internal static class Deployment
{
    private const int BlockSize = 16;
    private const double HostBytes = 56e9;

    /// <summary>As many workers as wanted.</summary>
    public static ClusterPlan Of(ServingSystem system, int workers)
    {
        var device = DeviceCatalog.Get("a100-80g");
        var model = ModelCatalog.Get("opt-13b");
        var latency = new Profiled(ProfileCatalog.Get("distserve", model.Name, 1));
        return ClusterPlan.Of(
            system,
            new WorkerPlan
            {
                Options = new SchedulerOptions
                {
                    BlockCount = (int)(KvCapacity.Tokens(device.MemoryBytes, model) / BlockSize),
                    BlockSize = BlockSize,
                    HostBlockCount = (int)(HostBytes / (model.KvBytesPerToken * BlockSize)),
                    EnablePrefixCaching = false,
                    Estimate = latency,
                },
                Latency = latency,
                KvBytesPerToken = model.KvBytesPerToken,
                HostLink = new LinkPlan(device.HostBytesPerSecond / 1000),
            },
            workers
        );
    }
}
