// Owns how each kind of system is put on instances.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Deployments;

/// <summary>One factory for each way to use devices.</summary>
internal static class DeploymentFactories
{
    /// <summary>Every instance does everything; requests are routed to one.</summary>
    public static DeployableSystem Replicated(ServingSystem system) =>
        DeployableSystem.Of(
            system,
            "replicas",
            (parts, gauges) =>
                new Simulator(
                    ClusterPlan.Of(WithLink(system, parts), parts.Worker(), parts.Instances) with
                    {
                        KvLink = parts.KvLink,
                    }
                )
                {
                    Gauges = gauges,
                }
        );

    /// <summary>Some instances prefill, the others decode.</summary>
    public static DeployableSystem Disaggregated(ServingSystem system) =>
        DeployableSystem.Of(
            system,
            "prefill and decode instances",
            (parts, gauges) =>
            {
                var (prefill, decode) = parts.Spec.Split;
                var shares = parts.Instances / (prefill + decode);
                parts.Require(
                    shares * (prefill + decode) == parts.Instances,
                    $"{parts.Instances} instances cannot be divided {parts.Spec.Split} between prefill and decode; give a multiple of {prefill + decode} instances ({(prefill + decode) * parts.Cut.Devices} devices), or another split"
                );
                return new Simulator(
                    new ClusterPlan
                    {
                        System = WithLink(system, parts),
                        Workers =
                        [
                            .. Enumerable.Repeat(parts.Worker(WorkerRole.Prefill), shares * prefill),
                            .. Enumerable.Repeat(parts.Worker(WorkerRole.Decode), shares * decode),
                        ],
                        KvLink = parts.KvLink,
                    }
                )
                {
                    Gauges = gauges,
                };
            }
        ) with
        {
            InstancesAtATime = split => split.Prefill + split.Decode,
        };

    /// <summary>Instances that join for a prompt and part again (LoongServe, SOSP 2024).</summary>
    public static DeployableSystem LongServe() =>
        new(
            LoongServe.Name,
            LoongServe.Source,
            "elastic instances",
            (parts, gauges) =>
            {
                parts.Require(parts.Spec.Pipeline == 1, "its instances have no pipeline stages; leave pipeline at 1");
                parts.RequireRoofline();
                var options = new ElasticOptions
                {
                    Instances = parts.Instances,
                    SlotsPerInstance = (int)Math.Min(parts.KvTokens, int.MaxValue / parts.Instances),
                };
                return new ElasticSimulation(options, ElasticCosts(parts)) { Gauges = gauges };
            }
        );

    /// <summary>Prefills and decodes are jobs of their own on parts of an instance's compute units (MuxServe, ICML 2024).</summary>
    public static DeployableSystem Multiplexed(ServingSystem system) =>
        DeployableSystem.Of(
            system,
            "phases side by side on shared devices",
            (parts, gauges) =>
            {
                parts.Require(parts.Spec.Pipeline == 1, "its meshes have no pipeline stages; leave pipeline at 1");
                parts.RequireRoofline();
                var groupBlocks = 2 * parts.Model.Layers * parts.Model.KvHeads;
                var batching = AdaptiveBatching.Adbs;
                // The released code gives prefills of its smallest model 8 of 10 parts; decodes get what overbooking leaves beside them.
                const int PrefillParts = 8;
                var options = parts.Options();
                var unit = new UnitPlan
                {
                    Name = "mesh",
                    Gpus = parts.Cut.Devices,
                    KvBlocks = (long)options.BlockCount * groupBlocks,
                    Batching = batching,
                    BlockSize = options.BlockSize,
                    MaxBatchTokens = options.MaxBatchTokens,
                    MaxModelLength = options.MaxSequenceLength,
                    MaxSequences = options.MaxSequences,
                    Llms =
                    [
                        new UnitLlmPlan
                        {
                            Name = "",
                            RatePerSecond = 1,
                            SequenceTokens = 1,
                            GroupBlocks = groupBlocks,
                            PrefillParts = PrefillParts,
                            DecodeParts = batching.Parts + batching.OverbookedParts - PrefillParts,
                            Latency = ColocatedRoofline.Of(parts.Device, parts.Model, parts.Cut.Devices),
                        },
                    ],
                };
                return Copies(parts, watched => new MultiplexedSimulation([unit], system) { Gauges = watched }, gauges);
            }
        );

    /// <summary>A pipeline whose stages exchange layers (DynaPipe, NeurIPS 2025).</summary>
    public static DeployableSystem MovingLayers(ServingSystem system) =>
        DeployableSystem.Of(
            system,
            "pipelines that move layers",
            (parts, gauges) =>
            {
                parts.Require(
                    parts.Spec.Pipeline >= 2,
                    "it moves layers between pipeline stages; give pipeline 2 or more"
                );
                parts.RequireRoofline();
                var latency = (Roofline)parts.Latency;
                var reached = new RooflineOptions();
                var plan = new PipelinePlan
                {
                    System = system,
                    Options = parts.Options(),
                    Latency = latency,
                    Partition = LayerPartition.Even(parts.Model.Layers, parts.Spec.Pipeline),
                    Predictor = StageTimePredictor.Fit(StageProfile.Of(latency), fixedPart: true),
                    Transfer = new LayerTransfer
                    {
                        KvBytesPerToken = parts.Model.LayerKvBytesPerToken,
                        LinkBytesPerSecond = parts.Device.InterconnectBytesPerSecond * reached.LinkEfficiency,
                        LinkLatencyMs = reached.ExchangeLatencyMs,
                    },
                };
                return Copies(parts, watched => new PipelineWorker(plan) { Gauges = watched }, gauges);
            }
        );

    /// <summary>Both phases at once on one device, its compute units dealt out anew every few layers (Bullet, ASPLOS 2026).</summary>
    public static DeployableSystem SharedDevice(ServingSystem system) =>
        DeployableSystem.Of(
            system,
            "both phases on each device",
            (parts, gauges) =>
            {
                parts.Require(
                    parts.Cut.Devices == 1,
                    "it divides single devices between the phases; leave tensor and pipeline at 1"
                );
                parts.RequireRoofline();
                var device = SmScaling.Device(parts.Device, parts.Model, new RooflineOptions());
                var limits = new SloSplit.Options { Units = parts.Device.ComputeUnits / 2 };
                if (double.IsFinite(parts.Spec.Targets.TpotMs))
                    limits = limits with { TpotMs = parts.Spec.Targets.TpotMs };
                var plan = new SharedDevicePlan
                {
                    System = Bullet.With(limits) with { Name = system.Name },
                    Options = parts.Options(),
                    Latency = device,
                    Estimator = new CalibratedScaling(
                        SmScaling.Published(parts.Device, parts.Model),
                        device,
                        shares: [0.25, 0.5, 0.75, 1],
                        prefillTokens: [256, 512, 1024, 2048, 4096, 8192],
                        decodeSequences: [1, 16, 64, 128, 256],
                        decodeContext: 1000
                    ),
                    Layers = parts.Model.Layers,
                };
                return Copies(parts, watched => new SharedDeviceWorker(plan) { Gauges = watched }, gauges);
            }
        );

    /// <summary>Instances that know nothing of each other take requests in turn.</summary>
    private static ISimulation Copies(
        DeploymentParts parts,
        Func<RunGauges?, ISimulation> instance,
        RunGauges? gauges
    ) => parts.Instances == 1 ? instance(gauges) : SideBySide.InTurn(parts.Instances, instance, gauges);

    /// <summary>Tells a routing policy that fetches prefixes how long that takes here.</summary>
    private static ServingSystem WithLink(ServingSystem system, DeploymentParts parts) =>
        system.Routing is EarliestTtft
            ? system with
            {
                Routing = new EarliestTtft(
                    new EarliestTtft.Options
                    {
                        TransferMsPerToken = parts.Model.KvBytesPerToken / parts.KvLink.BytesPerMs,
                    }
                ),
            }
            : system;

    /// <summary>The same efficiencies and overheads as <see cref="Roofline"/>'s, in the terms of elastic groups.</summary>
    private static ElasticCost ElasticCosts(DeploymentParts parts)
    {
        var reached = new RooflineOptions();
        return new ElasticRoofline
        {
            Parameters = parts.Model.Parameters,
            Layers = parts.Model.Layers,
            Hidden = parts.Model.Heads * parts.Model.HeadDimension,
            KvBytesPerToken = parts.Model.KvBytesPerToken,
            TensorParallel = parts.Spec.Tensor,
            FlopsPerSecond = parts.Device.FlopsPerSecond,
            BytesPerSecond = parts.Device.MemoryBytesPerSecond,
            LinkBytesPerSecond = parts.Device.InterconnectBytesPerSecond,
            DenseEfficiency = reached.MatrixEfficiency,
            AttentionEfficiency = reached.AttentionEfficiency,
            WeightEfficiency = reached.MemoryEfficiency,
            KvEfficiency = reached.MemoryEfficiency,
            LinkEfficiency = reached.LinkEfficiency,
            PrefillLayerMs = reached.LayerOverheadMs,
            DecodeLayerMs = reached.LayerOverheadMs,
            AllReduceMs = reached.ExchangeLatencyMs,
            RingHopMs = reached.ExchangeLatencyMs,
            ExchangeMs = 2 * reached.ExchangeLatencyMs,
        }.Costs(parts.Instances);
    }
}
