// Owns one scheduler turned by hand: its steps in flight, and the judgement of each of its decisions.
using Tern.Scheduling;

namespace Tern.Simulation.Tests.Conformance;

internal sealed class SteppedWorker
{
    private readonly Scenario _scenario;
    private readonly Lane[] _lanes;
    private readonly Queue<(Batch Batch, double DoneMs)>[] _flights;
    private readonly double[] _lastDoneMs = new double[2];
    private readonly List<Sequence> _live = [];
    private readonly HashSet<int> _blocks = [];
    private readonly ServicePromise _service;

    public SteppedWorker(ServingSystem system, Scenario scenario, WorkerRole role)
    {
        _scenario = scenario;
        Scheduler = new Scheduler(scenario.Options with { Role = role }, system);
        _lanes = role == WorkerRole.Whole && system.DecodeBatching is not null ? [Lane.Main, Lane.Decode] : [Lane.Main];
        _flights =
        [
            [],
            [],
        ];
        _service = new ServicePromise(Scheduler, scenario);
    }

    public Scheduler Scheduler { get; }

    public List<string> Decisions { get; } = [];

    public bool IsIdle => _flights.All(flight => flight.Count == 0);

    public double NextDoneMs =>
        _flights.Min(flight => flight.TryPeek(out var first) ? first.DoneMs : double.PositiveInfinity);

    /// <summary>Knows of a sequence from now on.</summary>
    public void Take(Sequence sequence, double nowMs)
    {
        _live.Add(sequence);
        _service.Arrived(sequence, nowMs);
    }

    /// <summary>Lets go of the sequences that are over.</summary>
    public void Forget() => _live.RemoveAll(s => s is { State: SequenceState.Finished, InFlight: 0 });

    /// <summary>Begins steps while there is something to compute and a place in the pipeline.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="mayStop">Whether it may stand still because others are to take what it holds.</param>
    public void Begin(double nowMs, bool mayStop)
    {
        foreach (var lane in _lanes)
        {
            while (_flights[(int)lane].Count < _scenario.Depth && Next(nowMs, lane)) { }
        }
        var stats = Scheduler.Stats;
        var work = stats.Running + stats.Waiting + stats.Swapped;
        if (IsIdle && work > 0 && Scheduler.BlockLimit == _scenario.Blocks && !(mayStop && stats.Parked > 0))
        {
            // A decode worker may be full of what is on its way to it.
            if (!_live.Exists(s => s.State == SequenceState.Arriving))
                Assert.Fail($"at {nowMs} ms: {work} sequences, the device is idle, yet there is no step");
        }
    }

    public void CompleteDue(double nowMs)
    {
        foreach (var lane in _lanes)
        {
            var flights = _flights[(int)lane];
            while (flights.TryPeek(out var flight) && flight.DoneMs <= nowMs)
            {
                flights.Dequeue();
                var samples = flight.Batch.Samples;
                var results = new SampledToken[samples.Length];
                for (var i = 0; i < results.Length; i++)
                {
                    var sequence = samples[i].Sequence;
                    var stopsAt = _scenario.Requests.First(r => r.Row == int.Parse(sequence.Request.Id)).StopsAt;
                    results[i] = new SampledToken(sequence.TokenCount % 7, sequence.GeneratedCount + 1 == stopsAt);
                }
                Scheduler.Complete(flight.Batch, results, nowMs);
                _service.Served(flight.Batch, nowMs);
            }
        }
        Forget();
        JudgeMemory();
    }

    public void JudgeEnd()
    {
        Assert.Empty(_live);
        Assert.False(Scheduler.HasWork);
        var stats = Scheduler.Stats;
        Assert.Equal(
            (0, 0, 0, 0, 0, 0),
            (stats.HeldBlocks, stats.HeldHostBlocks, stats.Running, stats.Waiting, stats.Swapped, stats.Parked)
        );
        Assert.Equal(0, stats.WaitingTokens);
    }

    private bool Next(double nowMs, Lane lane)
    {
        var heldBefore = Scheduler.HeldBlocks;
        if (Scheduler.Next(nowMs, lane) is not { } batch)
        {
            _service.Decided(_live);
            return false;
        }
        Decisions.Add($"{lane} {BatchRecord.Of(batch, nowMs)}");
        JudgeStep(batch);
        JudgeMemory();
        Assert.InRange(Scheduler.HeldBlocks, 0, Math.Max(heldBefore, Scheduler.BlockLimit));
        _service.Began(batch, _live, nowMs, alone: _lanes.Length == 1 || _flights[1 - (int)lane].Count == 0);
        _lastDoneMs[(int)lane] = Math.Max(nowMs, _lastDoneMs[(int)lane]) + _scenario.Latency.StageMs(batch.TokenCount);
        _flights[(int)lane].Enqueue((batch, _lastDoneMs[(int)lane]));
        return true;
    }

    private void JudgeStep(Batch batch)
    {
        var options = Scheduler.Options;
        Assert.InRange(batch.TokenCount, batch.Moves.Length > 0 ? 0 : 1, options.MaxBatchTokens);
        Assert.InRange(batch.Items.Length, 0, options.BatchSequences);
        for (var i = 0; i < batch.Items.Length; i++)
        {
            var (sequence, first, count, _) = batch.Items[i];
            for (var j = 0; j < i; j++)
                Assert.NotSame(batch.Items[j].Sequence, sequence);
            Assert.Equal(SequenceState.Running, sequence.State);
            Assert.InRange(first + count, 1, sequence.TokenCount);
            Assert.Equal(first + count, sequence.Scheduled);
            Assert.True(sequence.Blocks.Count * options.BlockSize >= first + count, "rows without a block");
        }
    }

    /// <summary>Recounts what is held, from the sequences themselves.</summary>
    private void JudgeMemory()
    {
        var options = Scheduler.Options;
        var stats = Scheduler.Stats;
        var host = 0;
        _blocks.Clear();
        foreach (var sequence in _live)
        {
            host += sequence.HostBlocks.Count;
            foreach (var block in sequence.Blocks.Span)
                _blocks.Add(block);
        }
        Assert.Equal(_blocks.Count, stats.HeldBlocks);
        Assert.InRange(stats.HeldBlocks, 0, options.BlockCount);
        Assert.Equal(host, stats.HeldHostBlocks);
        Assert.InRange(host, 0, options.HostBlockCount);
        Assert.InRange(stats.Running + _live.Count(s => s.State == SequenceState.Arriving), 0, options.MaxSequences);
    }
}
