// Owns what a deployment is made of once it is known to fit: instances, their memory, their speed, their links.
using Tern.Scheduling;
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Deployments;

/// <summary>Checked parts from which a system's factory builds its simulation.</summary>
internal sealed record DeploymentParts
{
    private const double BytesPerGib = 1L << 30;

    public required DeploymentSpec Spec { get; init; }

    public required DeployableSystem System { get; init; }

    public required DeviceSheet Device { get; init; }

    public required ModelShape Model { get; init; }

    /// <summary>KV tokens of an instance.</summary>
    public required long KvTokens { get; init; }

    /// <summary>What steps of an instance take.</summary>
    public required ILatencyModel Latency { get; init; }

    /// <summary>Instances in all.</summary>
    public int Instances => Spec.Devices / Cut.Devices;

    /// <summary>How an instance is cut.</summary>
    public Parallelism Cut => new(Spec.Tensor, Spec.Pipeline);

    /// <summary>The link on which an instance receives keys and values: each of its devices has its own.</summary>
    public LinkPlan KvLink => new(Device.InterconnectBytesPerSecond / 1000 * Cut.Devices);

    /// <summary>Sizes of an instance's scheduler.</summary>
    public SchedulerOptions Options(WorkerRole role = WorkerRole.Whole) =>
        new SchedulerOptions
        {
            BlockSize = System.BlockSize,
            BlockCount = (int)Math.Min(KvTokens / System.BlockSize, Array.MaxLength / System.BlockSize),
            HostBlockCount = (int)Math.Min(HostBytes / BlockBytes, int.MaxValue),
            MaxBatchTokens = Spec.MaxBatchTokens,
            MaxSequences = Spec.MaxSequences,
            PipelineDepth = Spec.Pipeline,
            MaxModelLength = Spec.MaxModelLength,
            // A decode worker continues what is moved to it whole.
            EnablePrefixCaching = (System.CachesPrefixes || Spec.Machine is not null) && role != WorkerRole.Decode,
            Role = role,
            Estimate = Latency,
            Targets = Spec.Targets,
        }.Validated();

    /// <summary>An instance as a worker of the cluster simulator.</summary>
    public WorkerPlan Worker(WorkerRole role = WorkerRole.Whole) =>
        new()
        {
            Name = role == WorkerRole.Whole ? "" : role.ToString(),
            Options = Options(role),
            Latency = Latency,
            Devices = Cut.Devices,
            KvBytesPerToken = Model.KvBytesPerToken,
            TierLink = System.Restores ? LinkPlan.GigabytesPerSecond(Spec.TierGbitPerSecond / 8) : null,
            HostLink = new LinkPlan(Device.HostBytesPerSecond / 1000 * Cut.Devices),
        };

    /// <summary>Throws unless the parts are as a system needs them.</summary>
    /// <exception cref="DeploymentException">They are not.</exception>
    public void Require(bool holds, string problem)
    {
        if (!holds)
            throw new DeploymentException(System.Name, problem);
    }

    /// <summary>Throws unless step times come from the roofline: systems may need more than whole steps.</summary>
    /// <exception cref="DeploymentException">They come from elsewhere.</exception>
    public void RequireRoofline() =>
        Require(
            Spec.Latency == LatencySource.Roofline,
            "its simulation needs the times of layers or of shares of a device, which only the roofline gives; leave the latency at roofline"
        );

    private double BlockBytes => Model.KvBytesPerToken * System.BlockSize;

    private double HostBytes =>
        Spec.HostMemoryGib is { } gib ? gib * BytesPerGib
        : System.Swaps ? (double)Device.MemoryBytes * Cut.Devices
        : 0;
}
