// Owns the making of one step: what batching policies can do, within token budget, sequence limit and blocks.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Batching;

/// <summary>The step in the making, as a batching policy sees it.</summary>
public sealed class BatchBuilder
{
    private readonly SchedulerOptions _options;
    private readonly ServingSystem _system;
    private readonly BlockLedger _ledger;
    private readonly RunningList _running;
    private readonly WaitingQueue _waiting;
    private Batch _batch = new();
    private bool _shortOfBlocks;
    private Sequence? _blocked;
    private int _blockedAt;

    internal BatchBuilder(
        SchedulerOptions options,
        ServingSystem system,
        BlockLedger ledger,
        RunningList running,
        WaitingQueue waiting
    ) => (_options, _system, _ledger, _running, _waiting) = (options, system, ledger, running, waiting);

    /// <summary>Now, in ms of the caller's clock.</summary>
    public double NowMs { get; private set; }

    /// <summary>Tokens that may still be added to the step.</summary>
    public int TokensLeft => _options.MaxBatchTokens - _batch.TokenCount;

    /// <summary>Items in the step so far.</summary>
    public int Count => _batch.Items.Length;

    /// <summary>
    /// The running sequences, first served first. <see cref="TryContinue"/> may remove sequences behind the one it is called for;
    /// <see cref="TryAdmit"/> adds one. Take the span again after either.
    /// </summary>
    public ReadOnlySpan<Sequence> Running => _running.Span;

    internal long Preemptions { get; private set; }

    internal long PrefixQueries { get; private set; }

    internal long PrefixHits { get; private set; }

    internal void Begin(Batch batch, double nowMs)
    {
        (_batch, NowMs) = (batch, nowMs);
        _shortOfBlocks = false;
    }

    /// <summary>
    /// Adds the next <paramref name="tokens"/> tokens of a running sequence to the step. When blocks run out, sequences served after it
    /// are preempted; false if even that does not give enough (batches in flight hold the rest).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="TokensLeft"/> or than remain, or none.</exception>
    public bool TryContinue(Sequence sequence, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, Math.Min(TokensLeft, sequence.Remaining));
        while (!_ledger.TryGrow(sequence, tokens, _batch))
        {
            _shortOfBlocks = true;
            if (_system.Preemption.ChooseVictim(_running.Span, sequence, _system.Ordering) is not { } victim)
                return false;
            Preempt(victim);
        }
        Append(sequence, tokens);
        return true;
    }

    /// <summary>
    /// Admits the first waiting sequence and adds as much of it to the step as the budget allows. False when nobody waits, the budget or
    /// the sequence limit is reached, blocks are short, or <paramref name="whole"/> is wanted and only a part would fit beside what
    /// is in the step.
    /// </summary>
    public bool TryAdmit(bool whole = false)
    {
        // Who was preempted in this step, or runs and lacks blocks, is not to lose them to a newcomer.
        if (_waiting.First is not { } sequence || TokensLeft == 0 || _shortOfBlocks)
            return false;
        if (_running.Slots + sequence.Slots > _options.MaxSequences)
            return false;
        // A look at a prompt costs its length; it is not repeated each step until blocks were given up.
        var available = _ledger.Pool.Available;
        if (ReferenceEquals(sequence, _blocked) && available <= _blockedAt && _running.Count > 0)
        {
            _blockedAt = available;
            return false;
        }
        if (!_ledger.TryAdmit(sequence, keepWatermark: _running.Count > 0))
        {
            (_blocked, _blockedAt) = (sequence, available);
            return false;
        }
        _blocked = null;
        if (whole && Count > 0 && sequence.Remaining > TokensLeft)
        {
            _ledger.Release(sequence);
            return false;
        }
        _waiting.Remove(sequence);
        _running.Add(sequence);
        sequence.State = SequenceState.Running;
        CountPrefix(sequence);
        Append(sequence, Math.Min(sequence.Remaining, TokensLeft));
        return true;
    }

    private void CountPrefix(Sequence sequence)
    {
        // Each request counts once: a preempted sequence finding its own blocks again is no hit of the prompt.
        if (!double.IsNaN(sequence.Timeline.FirstScheduledMs))
            return;
        sequence.Timeline.FirstScheduledMs = NowMs;
        if (!_options.EnablePrefixCaching)
            return;
        sequence.Timeline.CachedTokens = sequence.Computed;
        PrefixQueries += sequence.TokenCount;
        PrefixHits += sequence.Computed;
    }

    private void Append(Sequence sequence, int tokens)
    {
        var last = tokens == sequence.Remaining;
        _batch.Add(new BatchItem(sequence, sequence.Scheduled, tokens, last));
        sequence.Scheduled += tokens;
        sequence.InFlight++;
        if (!last)
            return;
        var item = Count - 1;
        if (sequence.Slots == 1)
        {
            _batch.Add(new BatchSample(item, sequence));
            return;
        }
        foreach (var answer in sequence.Answers)
            _batch.Add(new BatchSample(item, answer));
    }

    private void Preempt(Sequence victim)
    {
        _running.Remove(victim);
        _ledger.Release(victim);
        victim.State = SequenceState.Waiting;
        victim.Timeline.Preemptions++;
        _waiting.Add(victim);
        Preemptions++;
    }
}
