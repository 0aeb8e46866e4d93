// Owns the clusters of MuxServe's experiments: LLaMA models on A100 GPUs, placed by a search and simulated.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>Builds and runs what MuxServe (ICML 2024, §4) and its baselines ran. All numbers are published inputs; none is fitted to a result.</summary>
internal static class MuxServeCluster
{
    /// <summary>ShareGPT's mean prompt in tokens (§4.2).</summary>
    public const double PromptTokens = 161;

    /// <summary>ShareGPT's mean answer in tokens (§4.2).</summary>
    public const double OutputTokens = 337;

    private const double GpuBytes = 80e9;
    private static readonly LogNormalLengths _shareGpt = (LogNormalLengths)LengthCatalog.Get("sharegpt").Distribution;
    private static readonly DeviceSheet _gpu = DeviceCatalog.Get("a100-80g");
    private static readonly HeadwiseBlocks _blocks = new(128);

    /// <summary>Seeds of the workloads.</summary>
    public static ulong[] Seeds { get; } = [1, 101, 201];

    /// <summary>An LLM as the placement wants it. Fewest GPUs and prefill shares are those of the released code.</summary>
    public static MultiplexedLlm Llm(string name, string model, double rate, double prompt, double output)
    {
        var shape = ModelCatalog.Get(model);
        return new MultiplexedLlm
        {
            Name = name,
            RatePerSecond = rate,
            PromptTokens = prompt,
            OutputTokens = output,
            WeightBytes = shape.WeightBytes,
            KvBytesPerToken = shape.KvBytesPerToken,
            ComputeWeight = shape.Parameters,
            MinGpus = model switch
            {
                "llama-30b" => 2,
                "llama-65b" => 4,
                _ => 1,
            },
            PrefillShare = PrefillParts(model) / 10.0,
            LatencyOn = gpus => LatencyOf(model, gpus),
        };
    }

    /// <summary>The units of a plan. Beside weights, each LLM's two processes take 0.8 GB each and its activations 6 (released code).</summary>
    public static UnitPlan[] Units(
        MultiplexPlan plan,
        IReadOnlyDictionary<string, string> modelOf,
        AdaptiveBatching batching,
        bool temporal = false
    )
    {
        var index = 0;
        return
        [
            .. plan.Units.Select(unit =>
            {
                var kv =
                    GpuBytes * unit.Gpus
                    - unit.Llms.Sum(placed => placed.Llm.WeightBytes + (0.8e9 * 2 + 6e9) * unit.Gpus);
                return new UnitPlan
                {
                    Name = $"unit {index++} of {unit.Gpus}",
                    Gpus = unit.Gpus,
                    KvBlocks = _blocks.CountIn(kv),
                    Batching = batching,
                    Llms =
                    [
                        .. unit.Llms.Select(placed =>
                            UnitLlm(
                                placed.Llm,
                                modelOf[placed.Llm.Name],
                                unit.Gpus,
                                temporal ? 10 : PrefillParts(modelOf[placed.Llm.Name]),
                                temporal ? 9 : (int)Math.Round(placed.DecodeShare * 10)
                            )
                        ),
                    ],
                };
            }),
        ];
    }

    /// <summary>A unit of one LLM with the whole of its GPUs: vLLM on a mesh of its own.</summary>
    public static UnitPlan Alone(MultiplexedLlm llm, string model, int gpus, double kvShare) =>
        new()
        {
            Name = $"{llm.Name} on {gpus}",
            Gpus = gpus,
            KvBlocks = _blocks.CountIn(GpuBytes * gpus * kvShare),
            Batching = AdaptiveBatching.Fcfs,
            MaxSequences = 256,
            Llms = [UnitLlm(llm, model, gpus, 10, 9)],
        };

    /// <summary>
    /// Runs a workload and gives each LLM's throughput as the published scripts count it, requests over the time of the last one's end,
    /// and their mean weighted by rates.
    /// </summary>
    public static (double Weighted, IReadOnlyDictionary<string, double> PerLlm) Throughput(
        IReadOnlyList<UnitPlan> units,
        IReadOnlyList<TraceRequest> workload,
        Action<QuotaSample>? adapted = null
    )
    {
        Dictionary<string, (int Count, double LastMs)> ends = [];
        var simulation = new MultiplexedSimulation(units, MuxServe.System)
        {
            KeepTimelines = false,
            Adapted = adapted,
            Finished = (llm, timeline) =>
            {
                var (count, lastMs) = ends.GetValueOrDefault(llm);
                ends[llm] = (count + 1, Math.Max(lastMs, timeline.FinishMs));
            },
        };
        var result = simulation.Run(workload);
        if (result.Refused.Count > 0)
            throw new InvalidOperationException($"row {result.Refused[0].Row} was refused: {result.Refused[0].Reason}");
        var llms = units.SelectMany(unit => unit.Llms).ToList();
        var perLlm = llms.ToDictionary(llm => llm.Name, llm => 1000 * ends[llm.Name].Count / ends[llm.Name].LastMs);
        var weighted = llms.Sum(llm => llm.RatePerSecond * perLlm[llm.Name]) / llms.Sum(llm => llm.RatePerSecond);
        return (weighted, perLlm);
    }

    /// <summary>The placement on nodes of 8 GPUs; null if none has room for all.</summary>
    public static MultiplexPlan? Place(IReadOnlyList<MultiplexedLlm> llms, int nodes, PlacementStrategy strategy) =>
        new MultiplexSearch(
            new MultiplexSearch.Options
            {
                Nodes = nodes,
                GpusPerNode = 8,
                Strategy = strategy,
            }
        ).Search(llms);

    /// <summary>Runs a workload; the mean throughput weighted by rates.</summary>
    public static double Weighted(IReadOnlyList<UnitPlan> units, IReadOnlyList<TraceRequest> workload) =>
        Throughput(units, workload).Weighted;

    /// <summary>Poisson arrivals of each LLM for <paramref name="seconds"/>, merged.</summary>
    /// <param name="llms">The LLMs.</param>
    /// <param name="seconds">How long requests come.</param>
    /// <param name="seed">Where chance begins.</param>
    /// <param name="lengths">Tokens of an LLM's requests; ShareGPT's, prompts and answers scaled to the LLM's means, if not given.</param>
    public static IReadOnlyList<TraceRequest> Workload(
        IReadOnlyList<MultiplexedLlm> llms,
        double seconds,
        ulong seed,
        Func<MultiplexedLlm, ILengthDistribution>? lengths = null
    ) =>
        [
            .. llms.Select(
                    (llm, index) =>
                        new SyntheticWorkload
                        {
                            Arrivals = new PoissonArrivals(llm.RatePerSecond),
                            Lengths = lengths is null ? Scaled(llm) : lengths(llm),
                            Seed = seed,
                            Model = llm.Name,
                            ModelIndex = index,
                        }
                            .Requests()
                            .TakeWhile(request => request.ArrivalMs < 1000 * seconds)
                )
                .Merged(),
        ];

    private static LogNormalLengths Scaled(MultiplexedLlm llm) =>
        new()
        {
            Prompt = _shareGpt.Prompt with { Median = _shareGpt.Prompt.Median * llm.PromptTokens / PromptTokens },
            Output = _shareGpt.Output with { Median = _shareGpt.Output.Median * llm.OutputTokens / OutputTokens },
            MaxTotal = _shareGpt.MaxTotal,
        };

    private static UnitLlmPlan UnitLlm(MultiplexedLlm llm, string model, int gpus, int prefillParts, int decodeParts)
    {
        var shape = ModelCatalog.Get(model);
        return new UnitLlmPlan
        {
            Name = llm.Name,
            RatePerSecond = llm.RatePerSecond,
            SequenceTokens = llm.PromptTokens + llm.OutputTokens,
            GroupBlocks = _blocks.GroupOf(model, shape.Layers, shape.KvHeads, shape.HeadDimension),
            PrefillParts = prefillParts,
            DecodeParts = decodeParts,
            Latency = LatencyOf(model, gpus),
        };
    }

    private static ColocatedRoofline LatencyOf(string model, int gpus) =>
        new(
            _gpu,
            ModelCatalog.Get(model),
            gpus,
            new ColocatedRoofline.Options
            {
                HostMsPerSequence = model switch
                {
                    "llama-7b" => 0.10,
                    "llama-13b" => 0.08,
                    _ => 0.07,
                },
            }
        );

    private static int PrefillParts(string model) =>
        model switch
        {
            "llama-7b" => 8,
            "llama-13b" => 9,
            _ => 10,
        };
}
