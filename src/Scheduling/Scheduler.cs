// Owns the life of requests on one worker: added, scheduled step by step, completed or cancelled.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling;

/// <summary>
/// Decides what each step of one worker computes. Pure bookkeeping: time is an argument, the same calls give the same decisions. One
/// thread uses it. <see cref="Next"/> may be called again before earlier batches are completed; batches complete in order.
/// </summary>
public sealed class Scheduler
{
    private readonly Dictionary<string, Sequence[]> _requests = [];
    private readonly Queue<Batch> _inFlight = [];
    private readonly Stack<Batch> _spare = [];
    private readonly WaitingQueue _waiting;
    private readonly RunningList _running;
    private readonly BlockLedger _ledger;
    private readonly BatchBuilder _builder;
    private readonly ServingSystem _system;
    private long _requestsAdded;
    private long _stepsStarted;
    private long _stepsCompleted;

    /// <summary>Creates an idle scheduler.</summary>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="system">The policies; Sarathi-Serve's if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public Scheduler(SchedulerOptions options, ServingSystem? system = null)
    {
        Options = options.Validated();
        _system = system ?? SarathiServe.System;
        _waiting = new WaitingQueue(_system.Ordering);
        _running = new RunningList(_system.Ordering);
        _ledger = new BlockLedger(Options);
        _builder = new BatchBuilder(Options, _system, _ledger, _running, _waiting);
    }

    /// <summary>Sizes and limits.</summary>
    public SchedulerOptions Options { get; }

    /// <summary>Whether any request is known: waiting, running, or cancelled with a step in flight.</summary>
    public bool HasWork => _requests.Count > 0;

    /// <summary>Gauges and counters.</summary>
    public SchedulerStats Stats =>
        new()
        {
            Running = _running.Count,
            Waiting = _waiting.Count,
            HeldBlocks = _ledger.Pool.Held,
            CachedBlocks = _ledger.Pool.Cached,
            TotalBlocks = _ledger.Pool.Count,
            InFlight = _inFlight.Count,
            PrefixQueries = _builder.PrefixQueries,
            PrefixHits = _builder.PrefixHits,
            Preemptions = _builder.Preemptions,
            Steps = _stepsCompleted,
        };

    internal BlockPool Pool => _ledger.Pool;

    /// <summary>Adds a request. The sequences returned, one for each answer, are those that batches will name.</summary>
    /// <exception cref="RequestRefusedException">It can never be served.</exception>
    public IReadOnlyList<Sequence> Add(Request request, double nowMs)
    {
        if (_requests.ContainsKey(request.Id))
            throw new RequestRefusedException(
                RefusalReason.DuplicateId,
                $"a request with id '{request.Id}' is in flight"
            );
        request.RefuseUnlessServable(Options);
        var timeline = new RequestTimeline(request, request.ArrivalMs ?? nowMs);
        var answers = new Sequence[request.Answers];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = new Sequence(request, i, _requestsAdded, timeline, answers);
        _requestsAdded++;
        answers[0].State = SequenceState.Waiting;
        answers[0].Slots = answers.Length;
        _requests.Add(request.Id, answers);
        _waiting.Add(answers[0]);
        return answers;
    }

    /// <summary>The next step, or null when there is nothing to compute (until a step in flight completes or a request is added).</summary>
    public Batch? Next(double nowMs)
    {
        if (!_spare.TryPop(out var batch))
            batch = new Batch();
        batch.Reset(_stepsStarted + 1);
        _builder.Begin(batch, nowMs);
        _system.Batching.Fill(_builder);
        if (batch.Items.Length == 0)
        {
            _spare.Push(batch);
            return null;
        }
        _stepsStarted++;
        _inFlight.Enqueue(batch);
        return batch;
    }

    /// <summary>Reports a step as done. Afterwards <see cref="Sequence.End"/> of the batch's sequences tells which are over.</summary>
    /// <param name="batch">The oldest batch in flight.</param>
    /// <param name="results">The sampled tokens, parallel to <see cref="Batch.Samples"/>; those of cancelled sequences are ignored.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="InvalidOperationException">The batch is not the oldest in flight.</exception>
    /// <exception cref="ArgumentException">The number of results is not that of the samples.</exception>
    public void Complete(Batch batch, ReadOnlySpan<SampledToken> results, double nowMs)
    {
        if (!_inFlight.TryPeek(out var oldest) || !ReferenceEquals(oldest, batch))
            throw new InvalidOperationException(
                $"step {batch.Step} is not the oldest step in flight; steps complete in order"
            );
        if (results.Length != batch.Samples.Length)
            throw new ArgumentException(
                $"step {batch.Step} has {batch.Samples.Length} samples but {results.Length} results",
                nameof(results)
            );
        _inFlight.Dequeue();
        foreach (var item in batch.Items)
            CompleteItem(item);
        // All answers share the prompt before the first of them can finish and give up its blocks.
        foreach (var sample in batch.Samples)
        {
            if (sample.Sequence.State == SequenceState.Unborn)
                BringForth(batch.Items[sample.Item].Sequence, sample.Sequence);
        }
        for (var i = 0; i < results.Length; i++)
            CompleteSample(batch.Samples[i].Sequence, results[i], nowMs);
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
        return true;
    }

    /// <summary>Whether the request is known: not over, or cancelled and still holding blocks for a step in flight.</summary>
    public bool Knows(string requestId) => _requests.ContainsKey(requestId);

    private void CompleteItem(BatchItem item)
    {
        var sequence = item.Sequence;
        sequence.InFlight--;
        if (sequence.State != SequenceState.Finished)
        {
            sequence.Computed = item.First + item.Count;
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
        _running.Remove(first);
        first.Slots--;
        _running.Add(first);
        sibling.State = SequenceState.Running;
        sibling.Computed = sibling.Scheduled = first.Computed;
        _ledger.Share(first, sibling);
        _running.Add(sibling);
    }

    private void CompleteSample(Sequence sequence, SampledToken result, double nowMs)
    {
        if (sequence.State == SequenceState.Finished)
            return;
        sequence.Append(result.Token);
        sequence.Timeline.GeneratedTokens++;
        if (double.IsNaN(sequence.Timeline.FirstTokenMs))
            sequence.Timeline.FirstTokenMs = nowMs;
        if (result.Finished)
            Finish(sequence, SequenceEnd.Stopped, nowMs);
        else if (
            sequence.GeneratedCount >= sequence.Request.MaxNewTokens
            || sequence.TokenCount >= Options.MaxSequenceLength
        )
            Finish(sequence, SequenceEnd.Length, nowMs);
    }

    private void Finish(Sequence sequence, SequenceEnd end, double nowMs)
    {
        if (sequence.State == SequenceState.Waiting)
            _waiting.Remove(sequence);
        else if (sequence.State == SequenceState.Running)
            _running.Remove(sequence);
        sequence.State = SequenceState.Finished;
        sequence.End = end;
        sequence.Timeline.FinishMs = nowMs;
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
