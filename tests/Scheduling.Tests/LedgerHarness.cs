// Owns the audit of a scheduler from outside: it drives random operations, runs the steps on the fake model, recounts the ledger
// after every operation, and compares every answer with what it is alone.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling.Tests;

internal sealed class LedgerHarness
{
    private readonly Scheduler _scheduler;
    private readonly ServingSystem _system;
    private readonly FakeModel _model;
    private readonly Lane[] _lanes;
    private readonly Queue<Flight>[] _lanesFlights = [new(), new()];
    private readonly string _name;

    /// <summary>
    /// Where another lane, or a transfer, does not wait for a step in flight, its moves are done when it is made: the blocks it moves away are
    /// given to others at once.
    /// </summary>
    private readonly bool _movesAtOnce;
    private readonly Queue<(KvRead Read, int[] Tokens, int[] Table)> _reads = [];
    private readonly List<Sequence> _live = [];
    private readonly HashSet<string> _cancelled = [];
    private readonly int[] _holders;
    private readonly Dictionary<long, int> _blockOf = [];
    private (Sequence Parked, Sequence Adopted)? _arriving;
    private long _added;
    private double _now;

    /// <param name="options">Sizes.</param>
    /// <param name="system">Policies; with a batching for decodes and a whole worker there are two lanes.</param>
    /// <param name="name">Distinguishes the requests of several.</param>
    public LedgerHarness(SchedulerOptions options, ServingSystem system, string name = "")
    {
        _name = name;
        _movesAtOnce = system.DecodeBatching is not null;
        _lanes =
            options.Role == WorkerRole.Whole && system.DecodeBatching is not null
                ? [Lane.Main, Lane.Decode]
                : [Lane.Main];
        _scheduler = new Scheduler(options, system);
        _system = system;
        _model = new FakeModel(options.BlockCount, options.HostBlockCount, options.BlockSize);
        _holders = new int[options.BlockCount];
    }

    /// <summary>What an engine captures of a batch before the scheduler's next call.</summary>
    private sealed record Flight(Batch Batch, BatchItem[] Items, int[][] Tokens, int[][] Tables);

    public SchedulerStats Stats => _scheduler.Stats;

    private int FlightCount => _lanesFlights[0].Count + _lanesFlights[1].Count;

    private IEnumerable<Flight> Flights => _lanesFlights.SelectMany(flights => flights);

    /// <summary>Whether all blocks may be used; otherwise work may have to wait.</summary>
    private bool IsUnlimited => _scheduler.BlockLimit == _scheduler.Options.BlockCount;

    public bool HasWork => _scheduler.HasWork;

    public long Finished { get; private set; }

    /// <summary>Sequences that another worker has taken over.</summary>
    public long Migrated { get; private set; }

    /// <summary>Every decision as text, if wanted.</summary>
    public List<string>? Log { get; init; }

    /// <summary>One operation, chosen by <paramref name="operation"/> and shaped by <paramref name="shape"/>.</summary>
    public void Operate(int operation, int shape)
    {
        _now++;
        switch (operation % 8)
        {
            case 0 or 1 when _live.Count < 40:
                Add(shape);
                break;
            case 2 or 3 or 4 when _lanesFlights[shape % _lanes.Length].Count < 3:
                Next(_lanes[shape % _lanes.Length]);
                break;
            case 5 when shape % 8 == 0:
                // Mostly back to all, so that work goes on.
                var limit = shape / 8 % (2 * _scheduler.Options.BlockCount);
                _scheduler.BlockLimit = Math.Min(limit, _scheduler.Options.BlockCount);
                break;
            case 6 when _reads.Count > 0:
                EndRead();
                break;
            case 7 when _live.Count > 0 && shape % 4 == 0:
                Cancel(_live[shape / 4 % _live.Count].Request.Id);
                break;
            default:
                CompleteAny(shape);
                break;
        }
        Audit();
    }

    /// <summary>Parks a running sequence, if the one that <paramref name="shape"/> says can be parked.</summary>
    public void Park(int shape)
    {
        _now++;
        var running = _live.FindAll(s => s.State == SequenceState.Running);
        if (running.Count > 0)
            _scheduler.TryPark(running[shape % running.Count]);
        Audit();
    }

    /// <summary>Reserves blocks at another worker for the sequence parked first; their bytes follow with <see cref="Arrive"/>.</summary>
    public void Offer(LedgerHarness other)
    {
        if (other._arriving is not null || _scheduler.FirstParked is not { } parked)
            return;
        if (other._scheduler.TryAdopt(parked, other._now) is not { } adopted)
            return;
        other._arriving = (parked, adopted);
        other._live.Add(adopted);
        other._added++;
        other.Audit();
    }

    /// <summary>The sequence on its way arrives from the other worker, which gives it up.</summary>
    public void Arrive(LedgerHarness from)
    {
        if (_arriving is not var (parked, adopted))
            return;
        _arriving = null;
        // One that was cancelled meanwhile has no blocks to copy from, or to.
        for (var p = 0; p < parked.Computed && parked.State == SequenceState.Parked && adopted.Blocks.Count > 0; p++)
        {
            var (block, offset) = (p / _scheduler.Options.BlockSize, p % _scheduler.Options.BlockSize);
            _model.Write(adopted.Blocks[block], offset, from._model.Slot(parked.Blocks[block], offset));
        }
        if (parked.State != SequenceState.Parked)
        {
            // The client left, whoever had its request.
            if (_scheduler.Cancel(adopted.Request.Id, _now))
                _cancelled.Add(adopted.Request.Id);
            Reap();
        }
        _scheduler.Arrive(adopted);
        from._scheduler.HandOver(parked);
        from.Reap();
        from.Audit();
        Audit();
    }

    /// <summary>Runs all that is left; nothing may be held afterwards, and nobody forgotten.</summary>
    public void Drain()
    {
        var steps = 0;
        while (_scheduler.HasWork)
        {
            Assert.True(++steps < 20_000, "no end in sight");
            DrainStep();
        }
        JudgeEnd();
    }

    /// <summary>A turn of what is left, with all blocks.</summary>
    public void DrainStep()
    {
        _now++;
        _scheduler.BlockLimit = _scheduler.Options.BlockCount;
        foreach (var lane in _lanes)
        {
            if (FlightCount == 0)
                Next(lane);
        }
        if (_reads.Count > 0 && (FlightCount == 0 || (int)_now % 2 == 0))
            EndRead();
        else
            CompleteAny((int)_now);
        Audit();
    }

    /// <summary>Nothing may be left or held.</summary>
    public void JudgeEnd()
    {
        Assert.Empty(_live);
        Assert.Equal(_added, Finished);
        Assert.Equal(0, _scheduler.Stats.HeldBlocks);
        Assert.Equal(0, _scheduler.Stats.HeldHostBlocks);
        Assert.Equal(0, _scheduler.Stats.Running);
        Assert.Equal(0, _scheduler.Stats.Waiting);
    }

    private void Add(int shape)
    {
        var options = _scheduler.Options;
        var random = new Random(shape);
        var common = random.Next(0, 3) * options.BlockSize;
        var prompt = new int[random.Next(1, Math.Min(options.MaxSequenceLength + 2, 30))];
        for (var i = common; i < prompt.Length; i++)
            prompt[i] = random.Next(3);
        var request = new Request
        {
            Id = $"{_name}{_added}",
            Prompt = prompt,
            MaxNewTokens = random.Next(1, 12),
            Answers =
                random.Next(4) == 0 && !_system.AnswersTogether && options.Role == WorkerRole.Whole
                    ? random.Next(1, options.MaxSequences + 1)
                    : 1,
            Priority = random.Next(3),
            StoredTokens = random.Next(2) * random.Next(20),
            CacheSalt = random.Next(4) switch
            {
                0 => "x",
                1 => "y",
                _ => null,
            },
        };
        if (prompt.Length + 1 > options.MaxSequenceLength)
        {
            Assert.Throws<RequestRefusedException>(() => _scheduler.Add(request, _now));
            return;
        }
        _live.AddRange(_scheduler.Add(request, _now));
        _added++;
    }

    private void Next(Lane lane)
    {
        var idle = FlightCount == 0;
        var heldBefore = _scheduler.HeldBlocks;
        var batch = _scheduler.Next(_now, lane);
        if (batch is null && idle && _lanes.Length > 1)
            batch = _scheduler.Next(_now, lane = 1 - lane);
        TakeReads();
        Assert.InRange(_scheduler.HeldBlocks, 0, Math.Max(heldBefore, _scheduler.BlockLimit));
        if (batch is null)
        {
            // Blocks of parked and arriving sequences are free when another worker has them, or has sent them.
            var waits = _live.Exists(s => s.State is SequenceState.Parked or SequenceState.Arriving);
            Assert.False(
                idle && IsUnlimited && !waits && _scheduler.HasWork && _reads.Count == 0,
                "work exists, nothing is in flight, yet there is no step"
            );
            Log?.Add("-");
            return;
        }
        Log?.Add(
            $"{batch.Step}: {Drive.Describe(batch)} {string.Join(',', Drive.Moves(batch).Select(m => (m.Kind, m.From, m.To)))}"
        );
        var items = batch.Items.ToArray();
        Assert.InRange(batch.TokenCount, batch.Moves.Length > 0 ? 0 : 1, _scheduler.Options.MaxBatchTokens);
        Assert.Equal(items.Length, items.Select(i => i.Sequence).Distinct().Count());
        Assert.InRange(items.Length, 0, _scheduler.Options.BatchSequences);
        if (idle && IsUnlimited && _system is { Ordering: Fcfs, Batching: ChunkedPrefill, Restore: null })
        {
            // First come, first served: _live is in order of arrival.
            var oldest = _live.Find(s =>
                s.State is SequenceState.Waiting or SequenceState.Running or SequenceState.Swapped
            );
            // One that lost its blocks because those after it were in flight waits until they give some up.
            if (oldest is { State: SequenceState.Waiting } && BlocksFor(oldest) > _scheduler.Pool.Available)
                oldest = items[0].Sequence;
            Assert.Contains(items, i => ReferenceEquals(i.Sequence, oldest));
        }
        if (_movesAtOnce)
            _model.Move(batch);
        _lanesFlights[(int)lane]
            .Enqueue(
                new Flight(
                    batch,
                    items,
                    [.. items.Select(i => i.Sequence.Tokens.ToArray())],
                    [.. items.Select(i => i.Sequence.Blocks.Span.ToArray())]
                )
            );
    }

    /// <summary>Completes the oldest step of a lane, if there is any.</summary>
    private void CompleteAny(int shape)
    {
        var flights = _lanesFlights[shape % _lanes.Length];
        if (flights.Count == 0)
            flights = _lanesFlights[(shape + 1) % _lanes.Length];
        if (flights.TryDequeue(out var flight))
            Complete(flight);
    }

    private void Complete(Flight flight)
    {
        if (!_movesAtOnce)
            _model.Move(flight.Batch);
        var digests = new ulong[flight.Items.Length];
        for (var i = 0; i < flight.Items.Length; i++)
        {
            var (sequence, first, count, _) = flight.Items[i];
            for (var position = first; position < first + count; position++)
                digests[i] = _model.Forward(sequence.Request.CacheSalt, flight.Tokens[i], position, flight.Tables[i]);
        }
        var results = new SampledToken[flight.Batch.Samples.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var (item, sequence) = flight.Batch.Samples[i];
            results[i] = FakeModel.Sample(digests[item], sequence.Index);
        }
        _scheduler.Complete(flight.Batch, results, _now);
        Reap();
    }

    private int BlocksFor(Sequence sequence) =>
        (sequence.TokenCount + _scheduler.Options.BlockSize - 1) / _scheduler.Options.BlockSize;

    private void TakeReads()
    {
        while (_scheduler.TryTakeRead(out var read))
            _reads.Enqueue((read, read.Sequence.Tokens.ToArray(), read.Sequence.Blocks.Span.ToArray()));
    }

    private void EndRead()
    {
        var (read, tokens, table) = _reads.Dequeue();
        _model.Load(read.Sequence.Request.CacheSalt, tokens, read.First, read.Count, table);
        _scheduler.EndRead(read, _now);
        TakeReads();
        Reap();
    }

    private void Cancel(string id)
    {
        Assert.True(_scheduler.Cancel(id, _now));
        _cancelled.Add(id);
        Assert.Equal(_live.Any(s => s.Request.Id == id && s.InFlight > 0), _scheduler.Knows(id));
        Reap();
    }

    /// <summary>Takes out the requests that are over, each exactly once, and judges their answers.</summary>
    private void Reap()
    {
        if (!_live.Exists(s => s.State == SequenceState.Finished))
            return;
        foreach (var request in _live.GroupBy(s => s.Request).Where(g => !_scheduler.Knows(g.Key.Id)).ToList())
        {
            Finished++;
            foreach (var sequence in request)
            {
                _live.Remove(sequence);
                Migrated += sequence.End == SequenceEnd.Migrated ? 1 : 0;
                Assert.Equal(SequenceState.Finished, sequence.State);
                Assert.Equal(0, sequence.Blocks.Count);
                Assert.Equal(sequence.End == SequenceEnd.Migrated, double.IsNaN(sequence.Timeline.FinishMs));
                var oracle = FakeModel.Oracle(request.Key, sequence.Index, _scheduler.Options.MaxSequenceLength);
                if (sequence.End is SequenceEnd.Cancelled or SequenceEnd.Migrated)
                {
                    Assert.Equal(sequence.End == SequenceEnd.Cancelled, _cancelled.Contains(request.Key.Id));
                    Assert.Equal(oracle.Take(sequence.TokenCount), sequence.Tokens.ToArray());
                }
                else
                {
                    Assert.Equal(oracle, sequence.Tokens.ToArray());
                }
            }
        }
    }

    /// <summary>Recounts everything from the block tables of the sequences.</summary>
    private void Audit()
    {
        Array.Clear(_holders);
        foreach (var sequence in _live)
        {
            foreach (var block in sequence.Blocks.Span)
                _holders[block]++;
        }
        var pool = _scheduler.Pool;
        var (held, cached) = (0, 0);
        _blockOf.Clear();
        for (var block = 0; block < _holders.Length; block++)
        {
            var (holders, isCached, isFree) = (_holders[block], pool.IsCached(block), pool.IsFree(block));
            if (holders != pool.HoldersOf(block))
                Assert.Fail($"block {block} has {holders} holders, the pool says {pool.HoldersOf(block)}");
            if ((holders > 0 ? 1 : 0) + (isCached ? 1 : 0) + (isFree ? 1 : 0) != 1)
                Assert.Fail($"block {block} is not in exactly one place: {holders} holders, {isCached}, {isFree}");
            held += holders > 0 ? 1 : 0;
            cached += isCached ? 1 : 0;
            if (pool.Tree.Contains(block))
                _blockOf.Add(pool.Tree.NodeOf(block), block);
        }
        foreach (var block in _blockOf.Values)
            AuditContent(block);
        foreach (var flight in Flights)
        {
            foreach (var table in flight.Tables)
            {
                foreach (var block in table)
                {
                    if (_holders[block] == 0)
                        Assert.Fail($"block {block} was given up while a step in flight uses it");
                }
            }
        }
        var stats = _scheduler.Stats;
        Assert.Equal((held, cached), (stats.HeldBlocks, stats.CachedBlocks));
        Assert.Equal(Math.Max(0, _scheduler.BlockLimit - held), pool.Available);
        Assert.Equal(_live.Count(s => s.State == SequenceState.Parked), stats.Parked);
        Assert.Equal(_live.Count(s => s.State == SequenceState.Waiting), stats.Waiting);
        Assert.Equal(_live.Count(s => s.State == SequenceState.Running), stats.Running);
        Assert.Equal(_live.Count(s => s.State == SequenceState.Swapped), stats.Swapped);
        Assert.Equal(_live.Sum(s => s.HostBlocks.Count), stats.HeldHostBlocks);
        Assert.InRange(stats.Running, 0, _scheduler.Options.MaxSequences);
    }

    /// <summary>What a published block claims is what was computed into it, after what was computed into its parent.</summary>
    private void AuditContent(int block)
    {
        var tree = _scheduler.Pool.Tree;
        var parent = tree.ParentOf(block);
        ulong known;
        if (parent == 0)
            known = FakeModel.Root(tree.SaltOf(block));
        else if (_blockOf.TryGetValue(parent, out var before))
            known = _model.Slot(before, _scheduler.Options.BlockSize - 1);
        else
            return; // the parent was evicted: the block can no longer be found
        for (var offset = 0; offset < _scheduler.Options.BlockSize; offset++)
        {
            known = FakeModel.Extend(known, tree.TokensOf(block)[offset]);
            if (known != _model.Slot(block, offset))
                Assert.Fail($"block {block} does not hold what it claims");
        }
    }
}
