// Owns the deployment and the workload on which DynaPipe's figures are reproduced.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Deployments;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>Four A100-PCIe-40G in a pipeline, Qwen2.5, chunks of 2048, and a load that changes its kind.</summary>
internal sealed class DynaPipeSetup
{
    public const int Stages = 4;

    private const ulong Seed = 20251119;

    /// <summary>Azure's conversations of 2023, fitted to the logarithms of the public trace.</summary>
    private static readonly LogNormalLengths _azure = new()
    {
        Prompt = new LogNormal(760, 0.985, new TokenRange(2, 14_050)),
        Output = new LogNormal(151.3, 0.859, new TokenRange(7, 1000)),
        Correlation = 0.087,
    };

    /// <summary>
    /// Qwen2.5's generation_config.json asks for top-k 20, top-p 0.8 and a repetition penalty, which engines of its time serve by sorting the
    /// vocabulary. Passes over 4 bytes a logit: sorting 28 (four digits of 8 bits, each reads the keys, then reads and writes keys with 8-byte
    /// indices), penalty, temperature, two softmaxes, running sum and drawing 2 each.
    /// </summary>
    private static readonly RooflineOptions _reached = new() { SamplingPasses = 28 + 6 * 2 };

    private readonly ModelShape _model;
    private readonly StageTimePredictor _predictor;

    public DynaPipeSetup(string model)
    {
        _model = ModelCatalog.Get(model);
        Latency = new Roofline(Device, _model, new Parallelism(Pipeline: Stages), _reached);
        Samples = StageProfile.Of(Latency);
        _predictor = StageTimePredictor.Fit(Samples, fixedPart: true);
    }

    /// <summary>The PCIe card: no NVLink, so stages talk over PCIe 4.0 × 16.</summary>
    public static DeviceSheet Device { get; } =
        DeviceCatalog.Get("a100-40g") with
        {
            Name = "a100-pcie-40g",
            InterconnectBytesPerSecond = DeviceCatalog.Get("a100-40g").HostBytesPerSecond,
        };

    public Roofline Latency { get; }

    /// <summary>What a profiling run gives.</summary>
    public IReadOnlyList<StageSample> Samples { get; }

    /// <summary>The split with this many layers fewer on the last stage.</summary>
    public LayerPartition Static(int moved) => BubbleAware.Moved(LayerPartition.Even(_model.Layers, Stages), moved);

    /// <summary>Serves the workload from a first partition, with or without moving layers.</summary>
    public SimulationResult Run(
        IPartitioningPolicy? policy,
        LayerPartition start,
        IEnumerable<TraceRequest> workload,
        out PipelineReport report
    )
    {
        var kvTokens = KvCapacity.Tokens(Device.MemoryBytes, _model, pipeline: Stages);
        var plan = new PipelinePlan
        {
            System = DynaPipe.System with { Partitioning = policy },
            Options = new SchedulerOptions
            {
                BlockCount = (int)(kvTokens / 16),
                MaxBatchTokens = 2048,
                MaxSequences = 1024,
                MaxBatchSequences = 256,
                PipelineDepth = Stages,
                EnablePrefixCaching = false,
            },
            Latency = Latency,
            Partition = start,
            Predictor = _predictor,
            Transfer = new LayerTransfer
            {
                KvBytesPerToken = _model.LayerKvBytesPerToken,
                LinkBytesPerSecond = Device.InterconnectBytesPerSecond * _reached.LinkEfficiency,
                LinkLatencyMs = _reached.ExchangeLatencyMs,
            },
        };
        return new PipelineWorker(plan).Run(workload, out report);
    }

    /// <summary>
    /// Requests in phases that take turns: chats of ShareGPT, then Azure's conversations, then chats again. The rates give each phase the same share
    /// of what the even split serves.
    /// </summary>
    public static IEnumerable<TraceRequest> Mix(double chatRate, double azureRate, int phases, double phaseSeconds)
    {
        var row = 0;
        for (var phase = 0; phase < phases; phase++)
        {
            var chat = phase % 2 == 0;
            var requests = new SyntheticWorkload
            {
                Arrivals = new PoissonArrivals(chat ? chatRate : azureRate),
                Lengths = chat ? LengthCatalog.Get("sharegpt").Distribution : _azure,
                Seed = Seed + (ulong)phase,
            }.Requests();
            foreach (var request in requests.TakeWhile(r => r.ArrivalMs < 1000 * phaseSeconds))
                yield return request with
                {
                    Row = ++row,
                    ArrivalMs = request.ArrivalMs + 1000 * phaseSeconds * phase,
                };
        }
    }
}
