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

/// <summary>Four A100-PCIe-40G in a pipeline, Qwen2.5, steps of up to 2048 tokens, and a load that changes its kind.</summary>
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
    /// Bytes of memory traffic for each logit, counted kernel by kernel in the released sampler of gLLM (May 2025), which DynaPipe is built
    /// on. It runs all of it for every batch, on 2-byte logits. Kernels read each operand and write each result once; the sort is the least it can
    /// be, two digits of 8 bits, each of which reads the keys, then reads and writes keys with 8-byte indices.
    /// </summary>
    private const int SamplingBytes =
        2 // the penalties, as a matrix
        + 2 * (3 + 5 + 6) // penalty of positive and negative logits: compare, select, divide or multiply
        + 4 // temperature
        + (8 + 2 * 22) // sort: indices, digits
        + (3 + 5) // top-k: compare, fill
        + (8 + 4 + 3 + 5) // top-p: softmax in three reads, running sum, compare, fill
        + (16 + 12) // back to the order of the vocabulary: invert the indices, gather
        + 8 // softmax
        + (4 + 2 + 6 + 2); // draw: check, exponentials, divide, greatest

    /// <summary>A pass of the roofline is 4 bytes a logit.</summary>
    private static readonly RooflineOptions _reached = new() { SamplingPasses = SamplingBytes / 4 };

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
