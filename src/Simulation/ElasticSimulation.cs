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

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload) => Serve(workload).Result;

    /// <summary>Serves the workload and tells the replicas' counters too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Arrivals go back in time.</exception>
    public (SimulationResult Result, IReadOnlyList<ElasticStats> Stats) Serve(IEnumerable<TraceRequest> workload)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Replicas, 1);
        using var arrivals = workload.GetEnumerator();
        return new Deployment(this, arrivals).Serve();
    }

    /// <summary>Something that happens: a request arrives, or an iteration of a replica ends.</summary>
    private readonly record struct Happening(TraceRequest? Arrived, int Replica, ElasticIteration? Ended);

    private sealed class Deployment(ElasticSimulation plan, IEnumerator<TraceRequest> arrivals)
    {
        private readonly ElasticScheduler[] _schedulers =
        [
            .. Enumerable.Range(0, plan.Replicas).Select(_ => new ElasticScheduler(plan._options, plan._cost)),
        ];
        private readonly VirtualClock _clock = new();
        private readonly EventQueue<Happening> _events = new();
        private readonly List<RequestTimeline> _timelines = [];
        private readonly List<(int, string)> _refused = [];

        // Prompts are never looked at, so all share one array.
        private int[] _prompt = [];
        private SampledToken[] _results = [];
        private long _arrived;
        private double _busyMs;
        private double _endMs;

        public (SimulationResult, IReadOnlyList<ElasticStats>) Serve()
        {
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
                    _busyMs += duration * iteration.Instances.Length / (plan.Replicas * plan._options.Instances);
                    _events.Add(ms + duration, new Happening(null, replica, iteration));
                }
            }
            var stats = Array.ConvertAll(_schedulers, scheduler => scheduler.Stats);
            return (Result(stats), stats);
        }

        private void AwaitArrival()
        {
            if (arrivals.MoveNext())
                _events.Add(arrivals.Current.ArrivalMs, new Happening(arrivals.Current, 0, null));
        }

        private int Admit(TraceRequest arrived)
        {
            var replica = (int)(_arrived++ % plan.Replicas);
            if (_prompt.Length < arrived.PromptTokens)
                _prompt = new int[Math.Max(arrived.PromptTokens, 2 * _prompt.Length)];
            var request = new Request
            {
                Id = arrived.Row.ToString(),
                Prompt = _prompt.AsMemory(0, arrived.PromptTokens),
                MaxNewTokens = arrived.OutputTokens,
                ArrivalMs = arrived.ArrivalMs,
            };
            try
            {
                _timelines.Add(_schedulers[replica].Add(request, _clock.NowMs).Timeline);
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
        }

        private SimulationResult Result(ElasticStats[] stats) =>
            new()
            {
                Timelines = _timelines,
                Refused = _refused,
                Batches = [],
                DurationMs = _endMs,
                BusyMs = _busyMs,
                MaxHeldBlocks = (int)stats.Sum(s => s.PeakSlots),
                Stats = new SchedulerStats
                {
                    Waiting = stats.Sum(s => s.Waiting),
                    HeldBlocks = (int)stats.Sum(s => s.UsedSlots),
                    TotalBlocks = plan.Replicas * plan._options.Instances * plan._options.SlotsPerInstance,
                    Preemptions = stats.Sum(s => s.Pauses),
                    Steps = stats.Sum(s => s.Iterations),
                },
            };
    }
}
