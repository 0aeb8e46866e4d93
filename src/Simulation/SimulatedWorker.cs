// Owns one simulated worker: the real scheduler, and a latency model in place of devices.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Restore;
using Tern.Scheduling.Routing;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Does what the engine's loop does (<c>Next</c>, compute, <c>Complete</c>), except that computing is waiting. A step passes the stages of
/// the pipeline one after the other and waits where the step before it still is.
/// </summary>
internal sealed class SimulatedWorker
{
    private readonly WorkerPlan _plan;
    private readonly IStagedLatencyModel? _staged;
    private readonly SimulatedLink _toHost;
    private readonly SimulatedLink _fromHost;
    private readonly double[] _freeMs;
    private readonly double _blockBytes;
    private readonly Dictionary<Sequence, double> _arrivingMs = [];
    private SampledToken[] _results = [];
    private double _busyMs;
    private double _swappedBytes;
    private int _maxHeld;
    private int _inFlight;

    /// <summary>When the last move between device and host is done, and the last of those that leave ahead of time.</summary>
    private double _movedMs;
    private double _leftMs;

    public SimulatedWorker(WorkerPlan plan, ServingSystem system, int index, LinkPlan kvLink)
    {
        _plan = plan;
        Index = index;
        Scheduler = new Scheduler(plan.Options with { Tier = TierOf(plan) }, system);
        _staged = plan.Latency as IStagedLatencyModel;
        _freeMs = new double[_staged?.Stages ?? 1];
        (_toHost, _fromHost) = (new SimulatedLink(plan.HostLink), new SimulatedLink(plan.HostLink));
        KvLink = new SimulatedLink(kvLink);
        TierLink = plan.TierLink is { } tier ? new SimulatedLink(tier) : null;
        _blockBytes = plan.KvBytesPerToken * plan.Options.BlockSize;
    }

    /// <summary>Its number in the plan.</summary>
    public int Index { get; }

    public Scheduler Scheduler { get; }

    public WorkerRole Role => _plan.Options.Role;

    /// <summary>As the router sees it; null for the role that the router does not choose.</summary>
    public Replica? Replica { get; set; }

    /// <summary>The link by which it receives.</summary>
    public SimulatedLink KvLink { get; }

    /// <summary>The link by which it reads from a slower tier, or null.</summary>
    public SimulatedLink? TierLink { get; }

    /// <summary>Bytes of keys and values of a token.</summary>
    public double KvBytesPerToken => _plan.KvBytesPerToken;

    /// <summary>Whether it stands in the queue of workers to look at in this moment.</summary>
    public bool IsStirred { get; set; }

    /// <summary>Whether it can begin a step: the first stage is free and the pipeline not full.</summary>
    public bool IsReady(double nowMs) => _freeMs[0] <= nowMs && _inFlight < _freeMs.Length;

    /// <summary>Begins the next step; null if there is nothing to compute. Tells when the first stage is free and when the step is done.</summary>
    public Batch? Begin(double nowMs, out double freeMs, out double doneMs)
    {
        (freeMs, doneMs) = (0, 0);
        if (Scheduler.Next(nowMs) is not { } batch)
            return null;
        _inFlight++;
        _maxHeld = Math.Max(_maxHeld, Scheduler.HeldBlocks);
        var shape = StepShape.Of(batch);
        var readyMs = Move(batch, nowMs);
        var atMs = Math.Max(readyMs, _freeMs[0]);
        _busyMs += atMs - nowMs;
        for (var stage = 0; stage < _freeMs.Length; stage++)
        {
            var ms =
                shape.Rows == 0 ? 0
                : _staged is null ? _plan.Latency.StepMs(shape)
                : _staged.StageMs(shape, stage);
            if (stage == 0)
                _busyMs += ms;
            atMs = Math.Max(atMs, _freeMs[stage]) + ms;
            _freeMs[stage] = atMs;
        }
        // A step that computes nothing is there for what it moves.
        doneMs = shape.Rows > 0 ? atMs : Math.Max(atMs, _movedMs);
        freeMs = _freeMs[0] = shape.Rows > 0 ? _freeMs[0] : doneMs;
        return batch;
    }

    /// <summary>Ends the oldest step with made-up tokens.</summary>
    public void Complete(Batch batch, double nowMs)
    {
        _inFlight--;
        var count = batch.Samples.Length;
        if (_results.Length < count)
            Array.Resize(ref _results, Math.Max(count, 2 * _results.Length));
        for (var i = 0; i < count; i++)
            _results[i] = new SampledToken(SyntheticTokens.Next(batch.Samples[i].Sequence));
        Scheduler.Complete(batch, _results.AsSpan(0, count), nowMs);
    }

    public WorkerReport Report() =>
        new()
        {
            Name = _plan.Name.Length > 0 ? _plan.Name : $"worker {Index}",
            BusyMs = _busyMs,
            Devices = _plan.Devices,
            MaxHeldBlocks = _maxHeld,
            SwappedBytes = _swappedBytes,
            ReceivedBytes = KvLink.Bytes,
            Stats = Scheduler.Stats,
        };

    private static KvTier? TierOf(WorkerPlan plan) =>
        plan.TierLink is { } link
            ? new KvTier(link.LatencyMs, plan.KvBytesPerToken / link.BytesPerMs)
            : plan.Options.Tier;

    /// <summary>Books the step's moves on the host link and returns when the step can compute.</summary>
    private double Move(Batch batch, double nowMs)
    {
        var readyMs = nowMs;
        if (_movedMs > nowMs)
            readyMs = Math.Max(nowMs, Math.Max(_leftMs, Arrived(batch)));
        else
            _arrivingMs.Clear();
        var leftMs = 0.0;
        foreach (var move in batch.Moves)
        {
            if (move.Kind == BlockMoveKind.Copy)
                continue; // within the device: not to be seen beside a step
            var bytes = move.Count * _blockBytes;
            _swappedBytes += bytes;
            // What comes in takes the blocks of what goes out, one after the other: it cannot be here before that has left.
            var doneMs =
                move.Kind == BlockMoveKind.Out
                    ? leftMs = _toHost.Transfer(bytes, nowMs)
                    : Math.Max(leftMs, _fromHost.Transfer(bytes, nowMs));
            _movedMs = Math.Max(_movedMs, doneMs);
            if (!move.Ahead)
                readyMs = Math.Max(readyMs, doneMs);
            else if (move.Kind == BlockMoveKind.Out)
                _leftMs = doneMs;
            else
                _arrivingMs[move.Sequence] = doneMs;
        }
        return readyMs;
    }

    /// <summary>When all that the step computes has come back from the host.</summary>
    private double Arrived(Batch batch)
    {
        var arrivedMs = 0.0;
        foreach (var item in batch.Items)
        {
            if (_arrivingMs.Remove(item.Sequence, out var ms))
                arrivedMs = Math.Max(arrivedMs, ms);
        }
        return arrivedMs;
    }
}
