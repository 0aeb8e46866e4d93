// Owns the other driver of the scheduler: a cluster in virtual time, latency models instead of devices, made-up tokens.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Runs a workload on a cluster in virtual time. Each worker does what the engine's loop does (take in what arrived, <c>Next</c>,
/// compute, <c>Complete</c>), so that the scheduler sees the same calls and makes the same batches. Deterministic. An event costs the
/// same whatever the number of workers, and memory holds what is in flight.
/// </summary>
public sealed class Simulator : ISimulation
{
    private readonly ClusterPlan _plan;

    /// <summary>Creates a simulator of a cluster.</summary>
    /// <exception cref="ArgumentException">The plan makes no sense.</exception>
    public Simulator(ClusterPlan plan) => _plan = plan.Validated();

    /// <summary>Creates a simulator of one worker.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public Simulator(SchedulerOptions options, ServingSystem system, ILatencyModel latency)
        : this(ClusterPlan.Of(system, new WorkerPlan { Options = options, Latency = latency })) { }

    /// <summary>Whether <see cref="SimulationResult.Batches"/> is wanted; its size grows with the run.</summary>
    public bool RecordBatches { get; init; }

    /// <summary>Whether <see cref="SimulationResult.Timelines"/> is wanted; its size grows with the run.</summary>
    public bool KeepTimelines { get; init; } = true;

    /// <summary>Is told of every request that is over.</summary>
    public Action<RequestTimeline>? Finished { get; init; }

    /// <summary>Watches the run over time if there are any; new ones for each run.</summary>
    public RunGauges? Gauges { get; init; }

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default)
    {
        using var arrivals = workload.GetEnumerator();
        return new SimulatedCluster(_plan, arrivals, cancellation)
        {
            RecordBatches = RecordBatches,
            KeepTimelines = KeepTimelines,
            Finished = Finished,
            Gauges = Gauges,
        }.Run();
    }
}
