// Owns the question "what share of the requests does this deployment serve in time at this rate", answered by simulation.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Planning;

/// <summary>Simulates one copy of a deployment under a workload brought to a rate. A pure function of its arguments.</summary>
public sealed class DeploymentEvaluator
{
    private readonly ClusterDescription _cluster;
    private readonly InstanceModel _instances;
    private readonly Func<double, IEnumerable<TraceRequest>> _workload;
    private readonly ServiceObjective _objective;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="cluster">Devices and links.</param>
    /// <param name="instances">The model on them.</param>
    /// <param name="workload">The requests at a rate in requests per second; the same for the same rate.</param>
    /// <param name="objective">What in time means.</param>
    public DeploymentEvaluator(
        ClusterDescription cluster,
        InstanceModel instances,
        Func<double, IEnumerable<TraceRequest>> workload,
        ServiceObjective objective
    ) => (_cluster, _instances, _workload, _objective) = (cluster, instances, workload, objective);

    /// <summary>What the latencies mean.</summary>
    public MetricDefinitions Definitions { get; init; } = MetricDefinitions.DistServeTestbed;

    /// <summary>Most tokens in a step that prefills.</summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>Why the deployment cannot be run, or null if it can.</summary>
    public string? Refuse(Deployment deployment) =>
        deployment.Disaggregated is { } pair
            ? _instances.Refuse(pair.PrefillInstance) ?? _instances.Refuse(pair.DecodeInstance)
            : _instances.Refuse(deployment.Colocated!);

    /// <summary>Why an instance cannot be run, or null if it can.</summary>
    public string? Refuse(Parallelism instance) => _instances.Refuse(instance);

    /// <summary>The shares in time at a rate in requests per second.</summary>
    public Scheduling.Placement.Attainment Evaluate(Deployment deployment, double rate) =>
        Run(PlanOf(deployment), _workload(rate));

    /// <summary>A prefill instance alone (DistServe, Algorithm 1, <c>simu_prefill</c>): requests end with their first token.</summary>
    public Scheduling.Placement.Attainment EvaluatePrefill(ServingSystem system, Parallelism cut, double rate) =>
        Run(
            ClusterPlan.Of(system with { Migration = null }, Worker(cut, WorkerRole.Whole)),
            _workload(rate).Select(request => request with { OutputTokens = 1 })
        );

    /// <summary>A decode instance alone (DistServe, Algorithm 1, <c>simu_decode</c>): prompts and transfers take next to no time.</summary>
    public Scheduling.Placement.Attainment EvaluateDecode(ServingSystem system, Parallelism cut, double rate) =>
        Run(
            new ClusterPlan
            {
                System = system,
                Workers =
                [
                    Worker(cut, WorkerRole.Prefill) with
                    {
                        Latency = new Linear(1e-3, 0, 0, 0),
                    },
                    Worker(cut, WorkerRole.Decode),
                ],
            },
            _workload(rate)
        );

    private Scheduling.Placement.Attainment Run(ClusterPlan plan, IEnumerable<TraceRequest> requests)
    {
        var metrics = new ServingMetrics(Definitions, _objective);
        var result = new Simulator(plan) { KeepTimelines = false, Finished = t => metrics.Add(t) }.Run(requests);
        foreach (var _ in result.Refused)
            metrics.AddRejected();
        var shares = metrics.Attainments[0];
        return new(shares.Ttft, shares.Tpot, shares.Joint);
    }

    /// <summary>The simulated cluster that is one copy of the deployment.</summary>
    public ClusterPlan PlanOf(Deployment deployment)
    {
        if (deployment.Disaggregated is not { } pair)
            return ClusterPlan.Of(deployment.System, Worker(deployment.Colocated!, WorkerRole.Whole));
        return new ClusterPlan
        {
            System = deployment.System,
            Workers =
            [
                .. Enumerable.Repeat(Worker(pair.PrefillInstance, WorkerRole.Prefill), deployment.PrefillInstances),
                .. Enumerable.Repeat(Worker(pair.DecodeInstance, WorkerRole.Decode), deployment.DecodeInstances),
            ],
            KvLink = KvLink(deployment, pair),
        };
    }

    private WorkerPlan Worker(Parallelism cut, WorkerRole role)
    {
        var options = new SchedulerOptions { BlockCount = 1 };
        return new WorkerPlan
        {
            Name = role == WorkerRole.Whole ? "" : role.ToString(),
            Options = options with
            {
                BlockCount = checked((int)(_instances.KvTokens(cut) / options.BlockSize)),
                MaxBatchTokens = MaxBatchTokens,
                PipelineDepth = cut.Pipeline,
                Role = role,
                EnablePrefixCaching = false,
            },
            Latency = _instances.Latency(cut),
            Devices = cut.Devices,
            KvBytesPerToken = _instances.KvBytesPerToken,
        };
    }

    /// <summary>
    /// Every device of the smaller side has a link of its own in the node; between nodes all devices of a node share the network.
    /// </summary>
    private LinkPlan KvLink(Deployment deployment, DisaggregatedPlacement pair)
    {
        var side = Math.Min(pair.PrefillInstance.Devices, pair.DecodeInstance.Devices);
        var inNode = deployment.Affinity == NodeAffinity.Low || deployment.Gpus <= _cluster.GpusPerNode;
        var (link, width) = inNode
            ? (_cluster.Interconnect, side)
            : (_cluster.Network, (side + _cluster.GpusPerNode - 1) / _cluster.GpusPerNode);
        return link with { BytesPerMs = link.BytesPerMs * width };
    }
}
