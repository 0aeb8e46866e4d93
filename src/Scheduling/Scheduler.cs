// Owns the life of requests on one worker: added, scheduled step by step, completed, handed over or cancelled.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Restore;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling;

/// <summary>
/// Decides what each step of one worker computes. Pure bookkeeping: time is an argument, the same calls give the same decisions. One
/// thread uses it. <see cref="Next"/> may be called again before earlier batches are completed; the batches of a lane complete in order.
/// </summary>
public sealed class Scheduler
{
    private readonly Dictionary<string, Sequence[]> _requests = [];
    private readonly Queue<Batch>[] _inFlight =
    [
        [],
        [],
    ];
    private readonly Stack<Batch> _spare = [];
    private readonly LinkedList<Sequence> _parked = [];
    private readonly SchedulingContext _context;
    private readonly SequenceLists _lists;
    private readonly BlockLedger _ledger;
    private readonly RestoreQueue _restores;
    private readonly BatchBuilder _builder;
    private long _requestsAdded;
    private long _stepsStarted;
    private long _stepsCompleted;

    /// <summary>Creates an idle scheduler.</summary>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="system">The policies; Sarathi-Serve's if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="ArgumentException">The worker has only a part of the work, but the system does not split it.</exception>
    public Scheduler(SchedulerOptions options, ServingSystem? system = null)
    {
        Options = options.Validated();
        System = system ?? SarathiServe.System;
        if (Options.Role != WorkerRole.Whole && System.DecodeBatching is null)
            throw new ArgumentException(
                $"'{System.Name}' has no batching of its own for decodes, so a worker cannot have the role {Options.Role}",
                nameof(options)
            );
        _context = new SchedulingContext(Options);
        _lists = new SequenceLists(System.Ordering, _context);
        _ledger = new BlockLedger(Options, System.Reservation, System.Eviction);
        _restores = new RestoreQueue(Options, System.Restore);
        _builder = new BatchBuilder(_context, System, _ledger, _lists, _restores);
    }

    /// <summary>Sizes and limits.</summary>
    public SchedulerOptions Options { get; }

    /// <summary>The policies.</summary>
    public ServingSystem System { get; }

    /// <summary>Whether any request is known: waiting, running, parked, or cancelled with a step in flight.</summary>
    public bool HasWork => _requests.Count > 0;

    /// <summary>
    /// Most blocks that sequences may hold together, at most <see cref="SchedulerOptions.BlockCount"/>; what is held when it is lowered
    /// stays held. For schedulers that share a device's memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than there are.</exception>
    public int BlockLimit
    {
        get => _ledger.Pool.Limit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Options.BlockCount);
            _ledger.Pool.Limit = value;
        }
    }

    /// <summary>
    /// Most sequences that may run when one is admitted, at most <see cref="SchedulerOptions.MaxSequences"/>; who runs when it is lowered
    /// goes on. For schedulers that share a device's memory by quotas.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1, or more than the options allow.</exception>
    public int SequenceLimit
    {
        get => _builder.SequenceLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Options.MaxSequences);
            _builder.SequenceLimit = value;
        }
    }

    /// <summary>Blocks held by sequences; cached blocks that nobody holds do not count.</summary>
    public int HeldBlocks => _ledger.Pool.Held;

    /// <summary>Gauges and counters.</summary>
    public SchedulerStats Stats =>
        new()
        {
            Running = _lists.Running.Count,
            Waiting = _lists.Waiting.Count,
            WaitingTokens = _lists.Waiting.Tokens,
            Swapped = _lists.Swapped.Count,
            Parked = _parked.Count,
            HeldBlocks = HeldBlocks,
            CachedBlocks = _ledger.Pool.Cached,
            TotalBlocks = _ledger.Pool.Count,
            HeldHostBlocks = _ledger.Host.Count - _ledger.Host.Available,
            InFlight = _inFlight[0].Count + _inFlight[1].Count,
            PrefixQueries = _builder.PrefixQueries,
            PrefixHits = _builder.PrefixHits,
            Preemptions = _builder.Preemptions,
            SwapsOut = _builder.SwapsOut,
            Steps = _stepsCompleted,
        };

    /// <summary>The running sequences, first served first; valid until the next call.</summary>
    public ReadOnlySpan<Sequence> Running => _lists.Running.Span;

    /// <summary>The sequence that waits and goes first, or null.</summary>
    public Sequence? FirstWaiting => _lists.Waiting.First;

    /// <summary>The sequence that was parked first, or null: what another worker may <see cref="TryAdopt"/>.</summary>
    public Sequence? FirstParked => _parked.First?.Value;

    internal BlockPool Pool => _ledger.Pool;

    internal HostPool HostPool => _ledger.Host;

    /// <summary>Forgets all cached prefixes, as when the weights they were computed with are no more.</summary>
    /// <exception cref="InvalidOperationException">There are requests, whose blocks would be found again.</exception>
    public void ForgetPrefixes()
    {
        if (HasWork)
            throw new InvalidOperationException(
                $"prefixes cannot be forgotten while there are {_requests.Count} requests"
            );
        _ledger.Pool.Forget();
    }

    /// <summary>Adds a request. The sequences returned, one for each answer, are those that batches will name.</summary>
    /// <exception cref="RequestRefusedException">It can never be served.</exception>
    public IReadOnlyList<Sequence> Add(Request request, double nowMs)
    {
        RefuseDuplicate(request);
        request.RefuseUnlessServable(Options, System);
        var timeline = new RequestTimeline(request, request.ArrivalMs ?? nowMs);
        // It waits since it arrived: a driver that takes in requests between steps tells it late.
        _context.NowMs = timeline.ArrivalMs;
        var answers = new Sequence[request.Answers];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = new Sequence(request, i, _requestsAdded, timeline, answers);
        _requestsAdded++;
        answers[0].State = SequenceState.Waiting;
        answers[0].Slots = answers.Length;
        _requests.Add(request.Id, answers);
        _lists.Arrive(answers[0], timeline.ArrivalMs);
        _lists.Waiting.Add(answers[0]);
        return answers;
    }

    /// <summary>The next step, or null when there is nothing to compute (until a step in flight completes or a request is added).</summary>
    /// <exception cref="InvalidOperationException">The system has no decode lane and one is asked for.</exception>
    public Batch? Next(double nowMs, Lane lane = Lane.Main)
    {
        _context.NowMs = nowMs;
        _lists.PromoteStarving(_stepsStarted);
        if (!_spare.TryPop(out var batch))
            batch = new Batch();
        batch.Reset(_stepsStarted + 1, lane, nowMs);
        _builder.Begin(batch);
        _restores.BeginStep(batch.Step);
        BatchingOf(lane).Fill(_builder);
        System.Preemption.Prepare(_builder);
        _restores.EndStep(nowMs);
        // Moves ahead of time are part of the step they run beside; without one they are a step of their own.
        if (batch.Items.Length == 0 && batch.Moves.Length == 0)
        {
            _spare.Push(batch);
            return null;
        }
        _stepsStarted++;
        _inFlight[(int)lane].Enqueue(batch);
        return batch;
    }

    /// <summary>
    /// The next read from the slower tier that the driver is to begin; to be asked for after each <see cref="Next"/> and
    /// <see cref="EndRead"/> until there is none.
    /// </summary>
    public bool TryTakeRead(out KvRead read) => _restores.TryTake(out read);

    /// <summary>When <see cref="Next"/> is to be called again even if nothing ends until then, because a read is late; in ms.</summary>
    public double LookAgainMs => _restores.LookAgainMs;

    /// <summary>Reports a read as done; what the device has computed meanwhile, or nobody needs any more, is ignored.</summary>
    public void EndRead(in KvRead read, double nowMs)
    {
        var sequence = read.Sequence;
        sequence.InFlight--;
        _context.NowMs = nowMs;
        if (_restores.EndRead(read, nowMs))
            _ledger.Publish(sequence);
        else if (sequence.Restore is not null)
            _restores.Advance(sequence, 0, nowMs); // the tier goes on, whatever the device does
        if (sequence.InFlight > 0)
            return;
        if (sequence.State == SequenceState.Finished)
        {
            _ledger.Release(sequence);
            ForgetIfOver(sequence);
        }
        else if (Options.Role == WorkerRole.Prefill && sequence.GeneratedCount > 0)
        {
            TryPark(sequence); // it could not leave while a read wrote to its blocks
        }
    }

    /// <summary>Reports a step as done. Afterwards <see cref="Sequence.End"/> of the batch's sequences tells which are over.</summary>
    /// <param name="batch">The oldest batch in flight of its lane.</param>
    /// <param name="results">The sampled tokens, parallel to <see cref="Batch.Samples"/>; those of cancelled sequences are ignored.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="InvalidOperationException">The batch is not the oldest in flight.</exception>
    /// <exception cref="ArgumentException">The number of results is not that of the samples.</exception>
    public void Complete(Batch batch, ReadOnlySpan<SampledToken> results, double nowMs)
    {
        var lane = _inFlight[(int)batch.Lane];
        if (!lane.TryPeek(out var oldest) || !ReferenceEquals(oldest, batch))
            throw new InvalidOperationException(
                $"step {batch.Step} is not the oldest step in flight; steps complete in order"
            );
        if (results.Length != batch.Samples.Length)
            throw new ArgumentException(
                $"step {batch.Step} has {batch.Samples.Length} samples but {results.Length} results",
                nameof(results)
            );
        lane.Dequeue();
        _context.NowMs = nowMs;
        foreach (var item in batch.Items)
            CompleteItem(item);
        // All answers share the prompt before the first of them can finish and give up its blocks.
        foreach (var sample in batch.Samples)
        {
            if (sample.Sequence.State == SequenceState.Unborn)
                BringForth(batch.Items[sample.Item].Sequence, sample.Sequence);
        }
        for (var i = 0; i < results.Length; i++)
            CompleteSample(batch, batch.Samples[i].Sequence, results[i], nowMs);
        foreach (var item in batch.Items)
        {
            if (item.Sequence.State == SequenceState.Running)
                _lists.Serve(item.Sequence, nowMs - batch.StartMs);
        }
        _spare.Push(batch);
        _stepsCompleted++;
    }

    /// <summary>
    /// Ends all answers of a request at once; false if no such request is known. Its blocks are free on return unless a step in flight
    /// uses them: then with that step's <see cref="Complete"/>, until when <see cref="Knows"/> stays true.
    /// </summary>
    public bool Cancel(string requestId, double nowMs)
    {
        if (!_requests.TryGetValue(requestId, out var answers))
            return false;
        foreach (var sequence in answers)
        {
            if (sequence.State != SequenceState.Finished)
            {
                sequence.Timeline.Cancelled = true;
                Finish(sequence, SequenceEnd.Cancelled, nowMs);
            }
        }
        if (System.AnswersTogether)
            HandOut(null, nowMs);
        return true;
    }

    /// <summary>Whether the request is known: not over, or cancelled and still holding blocks for a step in flight.</summary>
    public bool Knows(string requestId) => _requests.ContainsKey(requestId);

    /// <summary>Tokens of a request's prompt whose keys and values are here, in full blocks from the beginning; costs the prompt's length.</summary>
    public int CachedTokens(Request request) => Options.EnablePrefixCaching ? _ledger.CachedTokens(request) : 0;

    /// <summary>
    /// Reports that the keys and values of the beginning of a prompt were brought here from elsewhere: they are cached as if a sequence had
    /// computed and released them. The driver writes them to the blocks before the next step.
    /// </summary>
    /// <param name="request">Whose prompt.</param>
    /// <param name="tokens">How many of its tokens; a block that is not full is not taken.</param>
    /// <returns>The tokens that are cached afterwards: fewer where blocks are short.</returns>
    public int Import(Request request, int tokens) =>
        Options.EnablePrefixCaching ? _ledger.Import(request, Math.Min(tokens, request.Prompt.Length)) : 0;

    /// <summary>
    /// Reserves blocks for a sequence that another worker has parked; null if there are too few or as many sequences run as may. Until
    /// <see cref="Arrive"/> it computes nothing; the other worker holds its own blocks until <see cref="HandOver"/>. A step in flight may have
    /// moved to the host what was in these blocks: they are to be written after its <see cref="Batch.Moves"/>.
    /// </summary>
    /// <param name="parked">A sequence in the state <see cref="SequenceState.Parked"/> of another scheduler.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="RequestRefusedException">It is known here, or can never be served here.</exception>
    public Sequence? TryAdopt(Sequence parked, double nowMs)
    {
        RefuseDuplicate(parked.Request);
        if (parked.TokenCount >= Options.MaxSequenceLength)
            throw new RequestRefusedException(
                RefusalReason.TooLong,
                $"the sequence has {parked.TokenCount} tokens; a sequence can have {Options.MaxSequenceLength} here"
            );
        if (_lists.Running.Slots + _lists.Arriving >= Options.MaxSequences)
            return null;
        var sequence = new Sequence(parked, _requestsAdded);
        if (!_ledger.TryReserve(sequence))
            return null;
        _context.NowMs = nowMs;
        _requestsAdded++;
        _lists.Arriving++;
        sequence.State = SequenceState.Arriving;
        _requests.Add(sequence.Request.Id, sequence.Answers);
        _lists.Arrive(sequence, _context.NowMs);
        return sequence;
    }

    /// <summary>Reports that the keys and values of an adopted sequence are here; nothing happens if it was cancelled meanwhile.</summary>
    public void Arrive(Sequence adopted)
    {
        if (adopted.State != SequenceState.Arriving)
            return;
        _lists.Arriving--;
        adopted.Computed = adopted.Scheduled = adopted.TokenCount - 1;
        adopted.State = SequenceState.Running;
        _lists.Running.Add(adopted);
    }

    /// <summary>Ends a parked sequence here because another worker has it; its blocks are free. Nothing happens if it was cancelled.</summary>
    public void HandOver(Sequence parked)
    {
        if (parked.State != SequenceState.Parked)
            return;
        Release(parked, SequenceEnd.Migrated);
    }

    /// <summary>
    /// Parks a running sequence that no batch computes, so that another worker can take it; false if a batch does, or it still has prompt
    /// to compute, or its request has several answers.
    /// </summary>
    public bool TryPark(Sequence sequence)
    {
        // The answers of one request share its id, its timeline and blocks: they cannot go different ways.
        if (sequence is not { State: SequenceState.Running, InFlight: 0, InPrefill: false, Answers.Length: 1 })
            return false;
        _lists.Leave(sequence);
        sequence.State = SequenceState.Parked;
        _parked.AddLast(sequence);
        return true;
    }

    private IBatchingPolicy BatchingOf(Lane lane) =>
        lane == Lane.Decode || Options.Role == WorkerRole.Decode
            ? System.DecodeBatching
                ?? throw new InvalidOperationException($"'{System.Name}' has no lane for decodes of their own")
            : System.Batching;

    private void RefuseDuplicate(Request request)
    {
        if (_requests.ContainsKey(request.Id))
            throw new RequestRefusedException(
                RefusalReason.DuplicateId,
                $"a request with id '{request.Id}' is in flight"
            );
    }

    private void CompleteItem(BatchItem item)
    {
        var sequence = item.Sequence;
        sequence.InFlight--;
        if (sequence.State != SequenceState.Finished)
        {
            sequence.Computed = item.First + item.Count;
            if (sequence.Restore is not null)
                _restores.EndCompute(sequence, _context.NowMs);
            _ledger.Publish(sequence);
        }
        else if (sequence.InFlight == 0)
        {
            _ledger.Release(sequence);
            ForgetIfOver(sequence);
        }
    }

    private void BringForth(Sequence first, Sequence sibling)
    {
        _lists.Running.Remove(first);
        first.Slots--;
        _lists.Running.Add(first);
        sibling.State = SequenceState.Running;
        sibling.Computed = sibling.Scheduled = first.Computed;
        _ledger.Share(first, sibling);
        _lists.Arrive(sibling, _context.NowMs);
        _lists.Running.Add(sibling);
    }

    private void CompleteSample(Batch batch, Sequence sequence, SampledToken result, double nowMs)
    {
        if (sequence.State == SequenceState.Finished || sequence.End != SequenceEnd.None)
            return;
        sequence.Append(result.Token);
        sequence.Timeline.GeneratedTokens++;
        if (double.IsNaN(sequence.Timeline.FirstTokenMs))
            sequence.Timeline.FirstTokenMs = nowMs;
        if (result.Finished)
            FinishAnswer(batch, sequence, SequenceEnd.Stopped, nowMs);
        else if (sequence.GeneratedCount >= sequence.MaxNewTokens || sequence.TokenCount >= Options.MaxSequenceLength)
            FinishAnswer(batch, sequence, SequenceEnd.Length, nowMs);
        else if (Options.Role == WorkerRole.Prefill)
            TryPark(sequence);
    }

    private void FinishAnswer(Batch batch, Sequence sequence, SequenceEnd end, double nowMs)
    {
        if (!System.AnswersTogether)
        {
            Finish(sequence, end, nowMs);
            batch.AddEnded(sequence);
            return;
        }
        sequence.End = end;
        HandOut(batch, nowMs);
    }

    /// <summary>Ends all that run once each of them has its answer.</summary>
    private void HandOut(Batch? batch, double nowMs)
    {
        foreach (var other in Running)
        {
            if (other.End == SequenceEnd.None)
                return;
        }
        while (Running is [.., var last])
        {
            Finish(last, last.End, nowMs);
            batch?.AddEnded(last);
        }
    }

    private void Finish(Sequence sequence, SequenceEnd end, double nowMs)
    {
        sequence.Timeline.FinishMs = nowMs;
        Release(sequence, end);
    }

    private void Release(Sequence sequence, SequenceEnd end)
    {
        if (sequence.State == SequenceState.Parked)
            _parked.Remove(sequence);
        else if (sequence.State == SequenceState.Arriving)
            _lists.Arriving--;
        _lists.Leave(sequence);
        _restores.Drop(sequence);
        sequence.State = SequenceState.Finished;
        sequence.End = end;
        if (sequence.InFlight == 0)
            _ledger.Release(sequence);
        ForgetIfOver(sequence);
    }

    private void ForgetIfOver(Sequence sequence)
    {
        foreach (var answer in sequence.Answers)
        {
            if (answer.State != SequenceState.Finished || answer.InFlight > 0)
                return;
        }
        _requests.Remove(sequence.Request.Id);
    }
}
