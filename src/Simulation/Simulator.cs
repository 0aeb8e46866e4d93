// Owns the other driver of the scheduler: virtual time, a latency model instead of a device, made-up tokens.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Runs a workload on one worker in virtual time. It does what the engine's loop does (take in what arrived, <c>Next</c>, compute,
/// <c>Complete</c>), one step at a time, so that the scheduler sees the same calls and makes the same batches. Deterministic.
/// </summary>
public sealed class Simulator
{
    private readonly SchedulerOptions _options;
    private readonly ServingSystem _system;
    private readonly ILatencyModel _latency;

    /// <summary>Creates a simulator of one worker.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public Simulator(SchedulerOptions options, ServingSystem system, ILatencyModel latency) =>
        (_options, _system, _latency) = (options.Validated(), system, latency);

    /// <summary>Whether <see cref="SimulationResult.Batches"/> is wanted; its size grows with the run.</summary>
    public bool RecordBatches { get; init; }

    /// <summary>Serves all requests, in the order of arrival.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Arrivals go back in time.</exception>
    public SimulationResult Run(IEnumerable<TraceRequest> workload)
    {
        using var arrivals = workload.GetEnumerator();
        return new Worker(this, arrivals).Run();
    }

    /// <summary>One run. An event is a request that arrives, or null: the step in flight ends.</summary>
    private sealed class Worker(Simulator plan, IEnumerator<TraceRequest> arrivals)
    {
        private readonly Scheduler _scheduler = new(plan._options, plan._system);
        private readonly VirtualClock _clock = new();
        private readonly EventQueue<TraceRequest?> _events = new();
        private readonly List<RequestTimeline> _timelines = [];
        private readonly List<(int, string)> _refused = [];
        private readonly List<BatchRecord> _batches = [];
        private Batch? _inFlight;
        private SampledToken[] _results = [];
        private double _busyMs;
        private double _endMs;
        private int _maxHeld;

        public SimulationResult Run()
        {
            AwaitArrival();
            while (_events.TryTake(out var ms, out var arrived))
            {
                _clock.AdvanceTo(ms);
                if (arrived is not null)
                    Admit(arrived);
                else
                    EndStep();
                // Everything of this moment is taken in before the next step is decided.
                if (_inFlight is null && !(_events.TryPeek(out var next) && next <= _clock.NowMs))
                    BeginStep();
            }
            return new SimulationResult
            {
                Timelines = _timelines,
                Refused = _refused,
                Batches = _batches,
                DurationMs = _endMs,
                BusyMs = _busyMs,
                MaxHeldBlocks = _maxHeld,
                Stats = _scheduler.Stats,
            };
        }

        /// <summary>Only the next arrival is in the queue: its size does not depend on the workload's.</summary>
        private void AwaitArrival()
        {
            if (arrivals.MoveNext())
                _events.Add(arrivals.Current.ArrivalMs, arrivals.Current);
        }

        private void Admit(TraceRequest arrived)
        {
            try
            {
                _timelines.Add(_scheduler.Add(arrived.ToRequest(), _clock.NowMs)[0].Timeline);
            }
            catch (RequestRefusedException refused)
            {
                _refused.Add((arrived.Row, refused.Message));
            }
            AwaitArrival();
        }

        private void BeginStep()
        {
            if (_scheduler.Next(_clock.NowMs) is not { } batch)
                return;
            if (plan.RecordBatches)
                _batches.Add(BatchRecord.Of(batch, _clock.NowMs));
            var ms = plan._latency.StepMs(StepShape.Of(batch));
            _busyMs += ms;
            _maxHeld = Math.Max(_maxHeld, _scheduler.Stats.HeldBlocks);
            _events.Add(_clock.NowMs + ms, null);
            _inFlight = batch;
        }

        private void EndStep()
        {
            var batch = _inFlight!;
            _inFlight = null;
            if (_results.Length < batch.Samples.Length)
                Array.Resize(ref _results, batch.Samples.Length);
            for (var i = 0; i < batch.Samples.Length; i++)
                _results[i] = new SampledToken(SyntheticTokens.Next(batch.Samples[i].Sequence));
            _scheduler.Complete(batch, _results.AsSpan(0, batch.Samples.Length), _clock.NowMs);
            _endMs = _clock.NowMs;
        }
    }
}
