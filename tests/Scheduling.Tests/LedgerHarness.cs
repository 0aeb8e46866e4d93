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
    private readonly Queue<Flight> _flights = [];
    private readonly Queue<(KvRead Read, int[] Tokens, int[] Table)> _reads = [];
    private readonly List<Sequence> _live = [];
    private readonly HashSet<string> _cancelled = [];
    private readonly int[] _holders;
    private readonly Dictionary<long, int> _blockOf = [];
    private long _added;
    private double _now;

    public LedgerHarness(SchedulerOptions options, ServingSystem system)
    {
        _scheduler = new Scheduler(options, system);
        _system = system;
        _model = new FakeModel(options.BlockCount, options.HostBlockCount, options.BlockSize);
        _holders = new int[options.BlockCount];
    }

    /// <summary>What an engine captures of a batch before the scheduler's next call.</summary>
    private sealed record Flight(Batch Batch, BatchItem[] Items, int[][] Tokens, int[][] Tables);

    public SchedulerStats Stats => _scheduler.Stats;

    public long Finished { get; private set; }

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
            case 2 or 3 or 4 when _flights.Count < 3:
                Next();
                break;
            case 6 when _reads.Count > 0:
                EndRead();
                break;
            case 7 when _live.Count > 0 && shape % 4 == 0:
                Cancel(_live[shape / 4 % _live.Count].Request.Id);
                break;
            default:
                if (_flights.Count > 0)
                    Complete();
                break;
        }
        Audit();
    }

    /// <summary>Runs all that is left; nothing may be held afterwards, and nobody forgotten.</summary>
    public void Drain()
    {
        var steps = 0;
        while (_scheduler.HasWork)
        {
            Assert.True(++steps < 20_000, "no end in sight");
            if (_flights.Count == 0)
                Next();
            if (_reads.Count > 0 && (_flights.Count == 0 || steps % 2 == 0))
                EndRead();
            else if (_flights.Count > 0)
                Complete();
            Audit();
        }
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
            Id = $"{_added}",
            Prompt = prompt,
            MaxNewTokens = random.Next(1, 12),
            Answers = random.Next(4) == 0 && !_system.AnswersTogether ? random.Next(1, options.MaxSequences + 1) : 1,
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

    private void Next()
    {
        var idle = _flights.Count == 0;
        var batch = _scheduler.Next(_now);
        TakeReads();
        if (batch is null)
        {
            Assert.False(idle && _scheduler.HasWork && _reads.Count == 0, "work exists, nothing is in flight, yet there is no step");
            Log?.Add("-");
            return;
        }
        Log?.Add(
            $"{batch.Step}: {Drive.Describe(batch)} {string.Join(',', batch.Moves.ToArray().Select(m => (m.Kind, m.From, m.To)))}"
        );
        var items = batch.Items.ToArray();
        Assert.InRange(batch.TokenCount, batch.Moves.Length > 0 ? 0 : 1, _scheduler.Options.MaxBatchTokens);
        Assert.Equal(items.Length, items.Select(i => i.Sequence).Distinct().Count());
        Assert.InRange(items.Length, 0, _scheduler.Options.BatchSequences);
        if (idle && _system is { Ordering: Fcfs, Batching: ChunkedPrefill, Restore: null })
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
        _flights.Enqueue(
            new Flight(
                batch,
                items,
                [.. items.Select(i => i.Sequence.Tokens.ToArray())],
                [.. items.Select(i => i.Sequence.Blocks.Span.ToArray())]
            )
        );
    }

    private void Complete()
    {
        var flight = _flights.Dequeue();
        foreach (var move in flight.Batch.Moves)
            _model.Move(move);
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
                Assert.Equal(SequenceState.Finished, sequence.State);
                Assert.Equal(0, sequence.Blocks.Count);
                Assert.False(double.IsNaN(sequence.Timeline.FinishMs));
                var oracle = FakeModel.Oracle(request.Key, sequence.Index, _scheduler.Options.MaxSequenceLength);
                if (sequence.End == SequenceEnd.Cancelled)
                {
                    Assert.Contains(request.Key.Id, _cancelled);
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
        foreach (var flight in _flights)
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
        Assert.Equal(_holders.Length - held, pool.Available);
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
