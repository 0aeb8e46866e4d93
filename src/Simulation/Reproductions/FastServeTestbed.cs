// Owns the machines, systems and runs of FastServe's evaluation, as far as its artifact states them.
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// One model on its devices (FastServe, NSDI 2026, §6; settings of <c>benchmarks/artifact-evaluation</c>): steps of at most 16 sequences and
/// 2,048 tokens, blocks of 16 tokens, 90 % of the device's memory, answers of the length that the data set has.
/// </summary>
internal sealed record FastServeTestbed(string Model, string Device, Parallelism Parallelism)
{
    private const int BlockSize = 16;
    private const int BatchSequences = 16;
    private const int BatchTokens = 2048;

    /// <summary>OPT-13B on one device.</summary>
    public static FastServeTestbed Opt13B { get; } = new("opt-13b", "a100-40g", new Parallelism());

    /// <summary>OPT-66B over four devices, the fewest it fits on; its degrees are not stated in the artifact.</summary>
    public static FastServeTestbed Opt66B { get; } = new("opt-66b", "a100-40g", new Parallelism(Tensor: 4));

    /// <summary>OPT-175B over all sixteen devices of the testbed's two machines; its degrees are not stated in the artifact.</summary>
    public static FastServeTestbed Opt175B { get; } = new("opt-175b", "a100-40g", new Parallelism(8, 2));

    /// <summary>The artifact's FCFS baseline: FastServe's runtime, requests joining and leaving at every step, reactive swapping.</summary>
    public static ServingSystem Fcfs { get; } =
        new()
        {
            Name = "fastserve-fcfs",
            Source = FastServe.System.Source,
            Batching = new SelectiveBatching(),
            Preemption = new Swap(),
        };

    /// <summary>FasterTransformer as the artifact serves it: batches up to 2,048 padded tokens.</summary>
    public static ServingSystem StaticBatches { get; } =
        FasterTransformer.System with
        {
            Batching = new StaticBatching(new StaticBatching.Options { MaxPaddedTokens = BatchTokens }),
        };

    /// <summary>FastServe's scheduler as released, with other preemption.</summary>
    public static ServingSystem With(IPreemptionPolicy preemption) =>
        FastServe.Released with
        {
            Preemption = preemption,
        };

    /// <summary>Host memory for swapping, bytes.</summary>
    public double HostBytes { get; init; } = 56e9;

    /// <summary>KV tokens on the devices; null = what fits.</summary>
    public long? KvTokens { get; init; }

    private DeviceSheet Sheet => DeviceCatalog.Get(Device);

    private ModelShape Shape => ModelCatalog.Get(Model);

    /// <summary>KV blocks that fit beside the weights.</summary>
    public int Blocks =>
        (int)(
            (
                KvTokens
                ?? KvCapacity.Tokens(
                    Sheet.MemoryBytes,
                    Shape,
                    Parallelism.Tensor,
                    Parallelism.Pipeline,
                    new KvCapacity.Options { MemoryUtilization = 0.9 }
                )
            ) / BlockSize
        );

    /// <summary>Blocks of host memory.</summary>
    public int HostBlocks => (int)(HostBytes / (Shape.KvBytesPerToken * BlockSize));

    /// <summary>What a row states of the machine and of the system's steps.</summary>
    public string InputsOf(ServingSystem system) =>
        $"{Model} on {Parallelism.Devices} {Device} (TP {Parallelism.Tensor}, PP {Parallelism.Pipeline}), {Blocks} blocks of {BlockSize} tokens"
        + (system.Preemption.Swaps ? $" and {HostBlocks} of the host" : "")
        + $", {BatchSequences} sequences and {BatchTokens} tokens a step; step times: "
        + (
            IsProfiled
                ? $"the {EngineOf(system)} profile that DistServe publishes of an A100-80G, decodes slowed by the ratio of the memory bandwidths"
                : "the roofline with its default efficiencies, the same for all systems"
        );

    private bool IsProfiled => ProfileCatalog.All.Any(entry => entry.Model == Model);

    /// <summary>A worker that runs a system.</summary>
    public WorkerPlan Worker(ServingSystem system)
    {
        var keepsStarted = system.Batching is HighestPriority;
        var latency = Latency(EngineOf(system));
        return new WorkerPlan
        {
            Options = new SchedulerOptions
            {
                BlockCount = Blocks,
                BlockSize = BlockSize,
                HostBlockCount = system.Preemption.Swaps ? HostBlocks : 0,
                MaxBatchTokens = BatchTokens,
                // FastServe keeps the keys and values of all that it has begun; the others those of one step.
                MaxSequences = keepsStarted ? 4096 : BatchSequences * Parallelism.Pipeline,
                MaxBatchSequences = BatchSequences,
                PipelineDepth = Parallelism.Pipeline,
                MaxModelLength = 2048,
                EnablePrefixCaching = false,
                Estimate = latency,
            },
            Latency = latency,
            Devices = Parallelism.Devices,
            KvBytesPerToken = Shape.KvBytesPerToken,
            // Every device moves its part over its own link.
            HostLink = new LinkPlan(Sheet.HostBytesPerSecond * Parallelism.Devices / 1000),
        };
    }

    /// <summary>Mean normalized latency in s a token, over several runs of the artifact's length.</summary>
    public double Latency(ServingSystem system, string lengths, double rate, int requests, int seeds)
    {
        var metrics = new ServingMetrics(MetricDefinitions.FastServe);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var workload = new SyntheticWorkload
            {
                Arrivals = new PoissonArrivals(rate),
                Lengths = LengthCatalog.Get(lengths).Distribution,
                Seed = (ulong)seed,
            };
            new Simulator(ClusterPlan.Of(system, Worker(system)))
            {
                KeepTimelines = false,
                Finished = timeline => metrics.Add(timeline),
            }.Run(workload.Requests().Take(requests));
        }
        return metrics.Normalized.Mean / 1000;
    }

    // SwiftTransformer runs under FastServe as under DistServe; nothing is published of FasterTransformer's steps.
    private static string EngineOf(ServingSystem system) => system == Vllm.System ? "vllm" : "distserve";

    /// <summary>
    /// A profile of the A100-80G for the device: reading weights and keys is what a decode does, so it goes with the memory bandwidth.
    /// Where nobody waits (Alpaca, 1 req/s), the artifact's FCFS takes 0.028 s a token, this 0.027, the profile as it is 0.021.
    /// </summary>
    private LatencyProfile OnDevice(LatencyProfile profile)
    {
        var ratio = DeviceCatalog.Get("a100-80g").MemoryBytesPerSecond / Sheet.MemoryBytesPerSecond;
        return profile with
        {
            SmallBatchDecode = Slowed(profile.SmallBatchDecode, ratio),
            LargeBatchDecode = Slowed(profile.LargeBatchDecode, ratio),
        };
    }

    private static LatencyProfile.DecodeTerms Slowed(LatencyProfile.DecodeTerms terms, double ratio) =>
        terms with
        {
            Fixed = terms.Fixed * ratio,
            PerContextToken = terms.PerContextToken * ratio,
        };

    private ILatencyModel Latency(string engine) =>
        IsProfiled
            ? new Profiled(OnDevice(ProfileCatalog.Get(engine, Model, Parallelism.Tensor)), Parallelism.Pipeline)
            : new Roofline(Sheet, Shape, Parallelism);
}
