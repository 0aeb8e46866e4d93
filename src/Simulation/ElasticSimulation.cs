// Owns the driver of elastic schedulers in virtual time: LoongServe and its static rivals.
using Tern.Scheduling;
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Serves a workload on elastic instances: one scheduler, or several replicas that take requests in turn. Iterations on disjoint instances
/// run at the same time and last what the cost model says. Deterministic.
/// </summary>
public sealed class ElasticSimulation : ISimulation
{
    private readonly ElasticOptions _options;
    private readonly ElasticCost _cost;

    /// <summary>Creates the simulation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public ElasticSimulation(ElasticOptions options, ElasticCost cost) =>
        (_options, _cost) = (options.Validated(), cost);

    /// <summary>Deployments side by side, each with all instances of the options; requests go to them in turn.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Whether <see cref="SimulationResult.Timelines"/> is wanted; its size grows with the run.</summary>
    public bool KeepTimelines { get; init; } = true;

    /// <summary>Is told of every request that is over, in the order in which they end.</summary>
    public Action<RequestTimeline>? Finished { get; init; }

    /// <summary>Watches the run over time if there are any; new ones for each run.</summary>
    public RunGauges? Gauges { get; init; }

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default) =>
        Serve(workload, cancellation).Result;

    /// <summary>Serves the workload and tells the replicas' counters too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Arrivals go back in time.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public (SimulationResult Result, IReadOnlyList<ElasticStats> Stats) Serve(
        IEnumerable<TraceRequest> workload,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Replicas, 1);
        using var arrivals = workload.GetEnumerator();
        return new Deployment(this, arrivals, cancellation).Serve();
    }

    /// <summary>Something that happens: a request arrives, or an iteration of a replica ends.</summary>
    private readonly record struct Happening(TraceRequest? Arrived, int Replica, ElasticIteration? Ended);

    private sealed class Deployment(
        ElasticSimulation plan,
        IEnumerator<TraceRequest> arrivals,
        CancellationToken cancellation
    )
    {
        private readonly ElasticScheduler[] _schedulers =
        [
            .. Enumerable.Range(0, plan.Replicas).Select(_ => new ElasticScheduler(plan._options, plan._cost)),
        ];
        private readonly VirtualClock _clock = new();
        private readonly EventQueue<Happening> _events = new() { Cancellation = cancellation };
        private readonly List<RequestTimeline> _timelines = [];
        private readonly List<(int, string)> _refused = [];

        private SampledToken[] _results = [];
        private long _arrived;
        private readonly double[] _busyMs = new double[plan.Replicas];
        private long _served;
        private double _endMs;

        public (SimulationResult, IReadOnlyList<ElasticStats>) Serve()
        {
            for (var i = 0; i < _schedulers.Length; i++)
                plan.Gauges?.AddWorker(TotalSlots);
            AwaitArrival();
            while (_events.TryTake(out var ms, out var happening))
            {
                _clock.AdvanceTo(ms);
                var replica = happening.Replica;
                if (happening.Ended is { } ended)
                    End(replica, ended);
                else
                    replica = Admit(happening.Arrived!);
                while (_schedulers[replica].Next(ms) is { } iteration)
                {
                    var duration = plan._cost.StepMs(iteration);
                    _busyMs[replica] += duration * iteration.Instances.Length / plan._options.Instances;
                    _events.Add(ms + duration, new Happening(null, replica, iteration));
                }
                if (plan.Gauges is { } gauges)
                {
                    var now = _schedulers[replica].Stats;
                    gauges.Report(replica, ms, now.Waiting, (int)now.UsedSlots);
                }
            }
            plan.Gauges?.End(_clock.NowMs);
            var stats = Array.ConvertAll(_schedulers, scheduler => scheduler.Stats);
            return (Result(stats), stats);
        }

        private int TotalSlots => plan._options.Instances * plan._options.SlotsPerInstance;

        private void AwaitArrival()
        {
            if (arrivals.MoveNext())
                _events.Add(arrivals.Current.ArrivalMs, new Happening(arrivals.Current, 0, null));
        }

        private int Admit(TraceRequest arrived)
        {
            var replica = (int)(_arrived++ % plan.Replicas);
            try
            {
                var sequence = _schedulers[replica].Add(arrived.ToRequest(withContent: false), _clock.NowMs);
                if (plan.KeepTimelines)
                    _timelines.Add(sequence.Timeline);
            }
            catch (RequestRefusedException refused)
            {
                _refused.Add((arrived.Row, refused.Message));
            }
            AwaitArrival();
            return replica;
        }

        private void End(int replica, ElasticIteration iteration)
        {
            var count = iteration.Sequences.Length;
            if (_results.Length < count)
                _results = new SampledToken[2 * count];
            _schedulers[replica].Complete(iteration, _results.AsSpan(0, count), _clock.NowMs);
            _endMs = _clock.NowMs;
            foreach (var sequence in iteration.Sequences)
            {
                if (sequence.End == SequenceEnd.None)
                    continue;
                _served++;
                plan.Finished?.Invoke(sequence.Timeline);
            }
        }

        private SimulationResult Result(ElasticStats[] stats) =>
            new()
            {
                Timelines = _timelines,
                Refused = _refused,
                Batches = [],
                Served = _served,
                DurationMs = _endMs,
                Migrations = 0,
                Events = _events.Taken,
                Workers = [.. stats.Select(Report)],
            };

        private WorkerReport Report(ElasticStats stats, int replica) =>
            new()
            {
                Name = $"elastic {replica}",
                BusyMs = _busyMs[replica],
                MaxHeldBlocks = (int)stats.PeakSlots,
                SwappedBytes = 0,
                ReceivedBytes = 0,
                Stats = new SchedulerStats
                {
                    Waiting = stats.Waiting,
                    HeldBlocks = (int)stats.UsedSlots,
                    TotalBlocks = TotalSlots,
                    Preemptions = stats.Pauses,
                    Steps = stats.Iterations,
                },
            };
    }
}
