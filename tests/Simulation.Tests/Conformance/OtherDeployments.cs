// Owns the deployments of systems that are more than a cluster of schedulers, in the sizes of a scenario.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Partitioning.ElasticInstances;

namespace Tern.Simulation.Tests.Conformance;

internal static class OtherDeployments
{
    private const int Layers = 4;
    private static readonly DeviceSheet _device = DeviceCatalog.Get("a100-80g");
    private static readonly ModelShape _model = ModelCatalog.Get("llama-7b");
    private static readonly SmScaling _scaling = SmScaling.Device(_device, _model, new RooflineOptions());

    /// <summary>A pipeline of two to four stages that exchange layers.</summary>
    public static ISimulation Pipeline(ServingSystem system, Scenario scenario)
    {
        var stages = scenario.Depth + 1;
        return new PipelineWorker(
            new PipelinePlan
            {
                System = system,
                Options = scenario.Options with { PipelineDepth = stages },
                Latency = new Roofline(_device, _model, new Parallelism(Pipeline: stages)),
                Partition = LayerPartition.Even(_model.Layers, stages),
                TriggerBatches = scenario.Workers,
                Predictor = new StageTimePredictor
                {
                    LayerPerToken = 1e-3,
                    LayerPerPair = 0,
                    LayerPerSequence = 0,
                    SamplePerToken = scenario.RowMs,
                    SampleFixed = scenario.StepMs / 10,
                },
                Transfer = new LayerTransfer { KvBytesPerToken = 4096, LinkBytesPerSecond = 1e6 * scenario.StepMs },
            }
        );
    }

    /// <summary>One device with a lane for each phase.</summary>
    public static ISimulation SharedDevice(ServingSystem system, Scenario scenario) =>
        new SharedDeviceWorker(
            new SharedDevicePlan
            {
                System = system,
                Options = scenario.Options with { PipelineDepth = 1 },
                Latency = _scaling,
                Estimator = _scaling,
                Layers = Layers,
                LayersPerStep = scenario.Workers,
            }
        );

    /// <summary>Two LLMs on one device, with room for one sequence of each and as much again as the scenario says.</summary>
    public static ISimulation Multiplexed(ServingSystem system, Scenario scenario)
    {
        UnitLlmPlan[] llms = [Llm("a", 2), Llm("b", 3)];
        var groups = (scenario.MaxLength + scenario.BlockSize - 1) / scenario.BlockSize;
        AdaptiveBatching[] rules =
        [
            AdaptiveBatching.Adbs,
            AdaptiveBatching.FixedQuotas,
            AdaptiveBatching.FixedPhases,
            AdaptiveBatching.RoundRobin,
            AdaptiveBatching.Fcfs,
        ];
        var unit = new UnitPlan
        {
            Name = "unit",
            Gpus = 1,
            Llms = llms,
            KvBlocks = llms.Sum(llm => (long)groups * llm.GroupBlocks) + scenario.HostBlocks,
            BlockSize = scenario.BlockSize,
            MaxBatchTokens = scenario.BatchTokens,
            MaxModelLength = scenario.MaxLength,
            MaxSequences = scenario.Sequences,
            Batching = rules[(int)scenario.StepMs % rules.Length],
        };
        return new MultiplexedSimulation([unit], system);
    }

    /// <summary>Elastic instances whose slots are those of the scenario's blocks.</summary>
    public static ISimulation Elastic(ElasticParallelism parallelism, Scenario scenario)
    {
        var options = Options(parallelism, scenario);
        var prefill = new PrefillCoefficients[options.Instances];
        for (var i = 0; i < prefill.Length; i++)
            prefill[i] = new PrefillCoefficients(scenario.StepMs, 1.0 / (i + 1), 0);
        var decode = new DecodeCoefficients { Fixed = scenario.StepMs, PerSequence = scenario.RowMs };
        return new ElasticSimulation(options, new ElasticCost(prefill, decode, scenario.RowMs))
        {
            Replicas = scenario.Decoders,
        };
    }

    /// <summary>The options of <see cref="Elastic"/>.</summary>
    public static ElasticOptions Options(ElasticParallelism parallelism, Scenario scenario) =>
        new()
        {
            Instances = scenario.Workers,
            SlotsPerInstance = scenario.Blocks * scenario.BlockSize,
            Parallelism = parallelism,
            MaxBatchTokens = Math.Max(2, scenario.Blocks * scenario.BlockSize * scenario.Depth / 2),
            MaxSequences = scenario.Sequences,
            MaxOutOfOrder = scenario.Depth,
            MaxPrefillMs = 5 * scenario.StepMs,
        };

    private static UnitLlmPlan Llm(string name, int groupBlocks) =>
        new()
        {
            Name = name,
            RatePerSecond = 1,
            SequenceTokens = 10,
            GroupBlocks = groupBlocks,
            PrefillParts = 8,
            DecodeParts = 3,
            Latency = new ColocatedRoofline(_device, _model, 1),
        };
}
