// Owns how each serving system is put to work in a scenario.
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Migration;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Tests.Conformance;

/// <summary>A system and its deployments.</summary>
/// <param name="Name">In test names.</param>
/// <param name="Deploy">Makes the simulation of a scenario; null where only the scheduler is of interest.</param>
/// <param name="Stepped">The composition, if its workers are schedulers that can be stepped by hand; else null.</param>
internal sealed record SystemUnderTest(string Name, Func<Scenario, ISimulation>? Deploy, ServingSystem? Stepped)
{
    /// <summary>Most tokens of a sequence, prompt and answer together.</summary>
    public Func<Scenario, int> Longest { get; init; } = scenario => scenario.Options.MaxSequenceLength;

    /// <summary>Whether a request is refused unless its longest answer would fit; otherwise answers end where there is no more room.</summary>
    public bool RefusesLongAnswers { get; init; }

    /// <summary>The catalog, and compositions that it does not have but the axes allow.</summary>
    public static IReadOnlyList<SystemUnderTest> All { get; } =
    [
        .. SystemCatalog.All.Select(Of),
        Of(Vllm.System with { Name = "vllm, swapping", Preemption = new Swap(), Routing = new RoundRobin() }),
        Of(Vllm.System with { Name = "vllm, by priority", Ordering = new Priority() }),
        Of(SarathiServe.System with { Name = "sarathi-serve, by priority", Ordering = new Priority() }),
        Of(SarathiServe.System with { Name = "sarathi-serve, swapping", Preemption = new Swap() }),
        Of(Orca.System with { Name = "orca, answer reserved", Reservation = KvReservation.Answer }),
        Of(FastServe.System with { Name = "fastserve, reactive", Preemption = new Swap() }),
        Of(FastServe.System with { Name = "fastserve, recomputing", Preemption = new Recompute() }),
        Of(
            FastServe.System with
            {
                Name = "shortest remaining",
                Ordering = new ShortestRemaining(),
                Preemption = new Swap(),
            }
        ),
        Of(Disaggregated),
        Of(Disaggregated with { Name = "disaggregated, swapping", Preemption = new Swap() }),
        Elastic(ElasticParallelism.Elastic),
        Elastic(ElasticParallelism.Fixed),
        TwoLanes(Disaggregated with { Name = "two lanes", Migration = null }),
        TwoLanes(Disaggregated with { Name = "two lanes, swapping", Migration = null, Preemption = new Swap() }),
    ];

    private static ServingSystem Disaggregated =>
        new()
        {
            Name = "disaggregated",
            Source = "a test",
            Batching = new PrefillOnly(),
            DecodeBatching = new DecodeOnly(),
            Migration = new PullAfterPrefill(),
        };

    private static SystemUnderTest Of(ServingSystem system) =>
        system switch
        {
            { Partitioning: not null } => new(system.Name, s => OtherDeployments.Pipeline(system, s), system),
            { Sharing: not null } => new(system.Name, s => OtherDeployments.SharedDevice(system, s), system),
            { DecodeBatching: not null, Migration: null } => new(
                system.Name,
                s => OtherDeployments.Multiplexed(system, s),
                system
            ),
            _ => new(system.Name, s => new Simulator(Plan(system, s)) { RecordBatches = true }, system),
        };

    private static SystemUnderTest Elastic(ElasticParallelism parallelism) =>
        new($"loongserve, {parallelism}", s => OtherDeployments.Elastic(parallelism, s), null)
        {
            Longest = scenario => OtherDeployments.Options(parallelism, scenario).MaxSequenceLength,
            RefusesLongAnswers = true,
        };

    /// <summary>Two lanes of one scheduler, stepped by hand.</summary>
    private static SystemUnderTest TwoLanes(ServingSystem system) => new(system.Name, null, system);

    private static ClusterPlan Plan(ServingSystem system, Scenario scenario)
    {
        var worker = new WorkerPlan
        {
            Options = scenario.Options,
            Latency = scenario.Latency,
            KvBytesPerToken = Scenario.TokenBytes,
            HostLink = scenario.Link,
            TierLink = system.Restore is null ? null : scenario.Link,
        };
        return new ClusterPlan
        {
            System = system,
            KvLink = scenario.Link,
            Workers = system.Migration is null
                ? [.. Enumerable.Repeat(worker, scenario.Workers)]
                :
                [
                    .. Enumerable.Repeat(WithRole(worker, WorkerRole.Prefill), Math.Min(2, scenario.Workers)),
                    .. Enumerable.Repeat(WithRole(worker, WorkerRole.Decode), scenario.Decoders),
                ],
        };
    }

    private static WorkerPlan WithRole(WorkerPlan worker, WorkerRole role) =>
        worker with
        {
            Options = worker.Options with { Role = role },
        };
}
