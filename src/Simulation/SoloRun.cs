// Owns one simulated run of one worker, as far as it does not depend on how steps pass through its devices.
using Tern.Scheduling;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Takes in what arrives, ends steps, and lets the worker proceed once everything of a moment is taken in. Derived runs decide how long
/// steps take and which may overlap.
/// </summary>
internal abstract class SoloRun(
    SchedulerOptions options,
    ServingSystem system,
    IEnumerator<TraceRequest> arrivals,
    CancellationToken cancellation
)
{
    /// <summary>A request arrives, a step is done, or (both null) it is time to look again.</summary>
    private readonly record struct Event(TraceRequest? Arrived, Batch? Done);

    private readonly VirtualClock _clock = new();
    private readonly EventQueue<Event> _events = new() { Cancellation = cancellation };
    private readonly List<RequestTimeline> _timelines = [];
    private readonly List<(int, string)> _refused = [];
    private SampledToken[] _results = [];
    private long _served;
    private double _endMs;
    private int _maxHeld;

    /// <summary>Watches the run over time if there are any.</summary>
    public RunGauges? Gauges { get; init; }

    protected Scheduler Scheduler { get; } = new(options, system);

    protected double NowMs => _clock.NowMs;

    /// <summary>Ms in which the worker computed; the derived run adds to it.</summary>
    protected double BusyMs { get; set; }

    public SimulationResult Run()
    {
        Gauges?.AddWorker(options.BlockCount);
        AwaitArrival();
        while (_events.TryTake(out var ms, out var what))
        {
            _clock.AdvanceTo(ms);
            if (what.Arrived is not null)
                Admit(what.Arrived);
            else if (what.Done is not null)
                EndStep(what.Done);
            if (!(_events.TryPeek(out var next) && next <= NowMs))
            {
                Proceed();
                Gauges?.Report(0, NowMs, Scheduler.Stats.Waiting, Scheduler.HeldBlocks);
            }
        }
        Gauges?.End(NowMs);
        return new SimulationResult
        {
            Timelines = _timelines,
            Refused = _refused,
            Batches = [],
            Served = _served,
            DurationMs = _endMs,
            Migrations = 0,
            Events = _events.Taken,
            Workers =
            [
                new WorkerReport
                {
                    Name = "worker 0",
                    BusyMs = BusyMs,
                    MaxHeldBlocks = _maxHeld,
                    SwappedBytes = 0,
                    ReceivedBytes = 0,
                    Stats = Scheduler.Stats,
                },
            ],
        };
    }

    /// <summary>Begins whatever can begin now.</summary>
    protected abstract void Proceed();

    /// <summary>A sequence was added.</summary>
    protected virtual void Added(Sequence sequence) { }

    /// <summary>A step was completed.</summary>
    protected virtual void Completed(Batch batch) { }

    /// <summary>The scheduler's next step of a lane.</summary>
    protected Batch? Next(Lane lane)
    {
        var batch = Scheduler.Next(NowMs, lane);
        _maxHeld = Math.Max(_maxHeld, Scheduler.HeldBlocks);
        return batch;
    }

    protected void DoneAt(double ms, Batch batch) => _events.Add(ms, new Event(null, batch));

    protected void LookAgainAt(double ms) => _events.Add(ms, default);

    /// <summary>Only the next arrival is in the queue: its size does not depend on the workload's.</summary>
    private void AwaitArrival()
    {
        if (arrivals.MoveNext())
            _events.Add(arrivals.Current.ArrivalMs, new Event(arrivals.Current, null));
    }

    private void Admit(TraceRequest arrived)
    {
        try
        {
            var sequence = Scheduler.Add(arrived.ToRequest(Scheduler.Options.EnablePrefixCaching), NowMs)[0];
            _timelines.Add(sequence.Timeline);
            Added(sequence);
        }
        catch (RequestRefusedException refused)
        {
            _refused.Add((arrived.Row, refused.Message));
        }
        AwaitArrival();
    }

    private void EndStep(Batch batch)
    {
        var count = batch.Samples.Length;
        if (_results.Length < count)
            Array.Resize(ref _results, Math.Max(count, 2 * _results.Length));
        for (var i = 0; i < count; i++)
            _results[i] = new SampledToken(SyntheticTokens.Next(batch.Samples[i].Sequence));
        Scheduler.Complete(batch, _results.AsSpan(0, count), NowMs);
        _endMs = NowMs;
        foreach (var sample in batch.Samples)
        {
            if (sample.Sequence.State == SequenceState.Finished)
                _served++;
        }
        Completed(batch);
    }
}
