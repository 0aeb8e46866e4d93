// Owns the making of one step: what batching policies can do, within token budget, sequence limit and blocks.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling.Batching;

/// <summary>The step in the making, as a batching policy sees it.</summary>
public sealed class BatchBuilder
{
    private readonly SchedulerOptions _options;
    private readonly ServingSystem _system;
    private readonly BlockLedger _ledger;
    private readonly SequenceLists _lists;
    private readonly RestoreQueue _restores;
    private Batch _batch = new();
    private bool _shortOfBlocks;
    private Sequence? _blocked;
    private int _blockedAt;
    private int _decodesLeft;

    internal BatchBuilder(
        SchedulingContext context,
        ServingSystem system,
        BlockLedger ledger,
        SequenceLists lists,
        RestoreQueue restores
    )
    {
        (Context, _options, _system, _ledger, _lists) = (context, context.Options, system, ledger, lists);
        _restores = restores;
        SequenceLimit = _options.MaxSequences;
    }

    /// <summary>Time, sizes, estimate.</summary>
    public SchedulingContext Context { get; }

    /// <summary>Tokens that may still be added to the step; 0 also when it has as many sequences as it may.</summary>
    public int TokensLeft => Count < _options.BatchSequences ? _options.MaxBatchTokens - _batch.TokenCount : 0;

    /// <summary>Items in the step so far.</summary>
    public int Count => _batch.Items.Length;

    /// <summary>Rows in the step so far.</summary>
    public int TokenCount => _batch.TokenCount;

    /// <summary>What is in the step so far.</summary>
    public ReadOnlySpan<BatchItem> Items => _batch.Items;

    /// <summary>
    /// The running sequences, first served first. <see cref="TryContinue"/> may remove sequences behind the one it is called for;
    /// <see cref="TryAdmit"/> and <see cref="TryResume"/> add one. Take the span again after each of them.
    /// </summary>
    public ReadOnlySpan<Sequence> Running => _lists.Running.Span;

    /// <summary>The swapped sequences, first served first; to be taken again after each call that moves one.</summary>
    public ReadOnlySpan<Sequence> Swapped => _lists.Swapped.Span;

    /// <summary>Who waits and goes first, or null.</summary>
    public Sequence? FirstWaiting => _lists.Waiting.First;

    /// <summary>Tokens of all who wait.</summary>
    public long WaitingTokens => _lists.Waiting.Tokens;

    /// <summary>The order in which sequences are served.</summary>
    public IOrderingPolicy Ordering => _system.Ordering;

    /// <summary>Blocks that can be taken.</summary>
    public int AvailableBlocks => _ledger.Pool.Available;

    /// <summary>Blocks of host memory that are free.</summary>
    public int AvailableHostBlocks => _ledger.Host.Available;

    /// <summary>Most sequences that may run when one is admitted.</summary>
    internal int SequenceLimit { get; set; }

    internal long Preemptions { get; private set; }

    internal long SwapsOut { get; private set; }

    internal long PrefixQueries { get; private set; }

    internal long PrefixHits { get; private set; }

    internal void Begin(Batch batch)
    {
        _batch = batch;
        _shortOfBlocks = false;
        _decodesLeft = int.MaxValue;
        if (_options.PipelineDepth == 1)
            return;
        // Each of the steps in flight takes its part of the decodes, or one step would have them all and the others nothing.
        var decodes = 0;
        foreach (var sequence in Running)
            decodes += sequence.InPrefill ? 0 : 1;
        _decodesLeft = (decodes + _options.PipelineDepth - 1) / _options.PipelineDepth;
    }

    /// <summary>
    /// Adds the next <paramref name="tokens"/> tokens of a running sequence to the step. When blocks run out, sequences served after it
    /// are preempted; false if even that does not give enough (batches in flight hold the rest), or if the step has its part of a
    /// pipeline's decodes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="TokensLeft"/> or than remain, or none.</exception>
    public bool TryContinue(Sequence sequence, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, Math.Min(TokensLeft, sequence.Remaining));
        var decodes = !sequence.InPrefill;
        if (decodes && _decodesLeft == 0)
            return false;
        while (!_ledger.TryGrow(sequence, tokens, _batch))
        {
            _shortOfBlocks = true;
            if (!TryPreemptFor(sequence))
                return false;
        }
        Compute(sequence, tokens);
        if (decodes)
            _decodesLeft--;
        return true;
    }

    /// <summary>
    /// Admits the first waiting sequence and adds as much of it to the step as the budget allows. False when nobody waits, the budget or
    /// the sequence limit is reached, a swapped sequence goes first, blocks are short, or <paramref name="whole"/> is wanted and only a
    /// part would fit beside what is in the step.
    /// </summary>
    /// <param name="whole">Whether a prompt is only wanted whole, unless it is the first of the step.</param>
    /// <param name="preempts">Whether running sequences served after it give up their blocks for it.</param>
    /// <param name="tokens">Most tokens of it to add; at least 1.</param>
    public bool TryAdmit(bool whole = false, bool preempts = false, int tokens = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        // Who was preempted in this step, or runs and lacks blocks, is not to lose them to a newcomer.
        if (FirstWaiting is not { } sequence || (_shortOfBlocks && !preempts))
            return false;
        // Who has a stored prefix can begin to load it while the step has no room.
        var loads = _system.Restore is not null && sequence.Request.StoredTokens > 0;
        if (TokensLeft == 0 && !loads)
            return false;
        if (Swapped is [var swapped, ..] && Ordering.Compare(swapped, sequence) < 0)
            return false;
        // Without cached prefixes it is clear at once that it does not fit; nobody is preempted for it.
        if (whole && Count > 0 && !_options.EnablePrefixCaching && sequence.TokenCount > TokensLeft)
            return false;
        if (!HasSlots(sequence, preempts))
            return false;
        // A look at a prompt costs its length; it is not repeated each step until blocks were given up.
        var available = _ledger.Pool.Available;
        if (!preempts && ReferenceEquals(sequence, _blocked) && available <= _blockedAt && _lists.Running.Count > 0)
        {
            _blockedAt = available;
            return false;
        }
        while (!_ledger.TryAdmit(sequence, keepWatermark: !preempts && _lists.Running.Count > 0))
        {
            if (preempts && TryPreemptFor(sequence))
                continue;
            (_blocked, _blockedAt) = (sequence, available);
            return false;
        }
        _blocked = null;
        if (whole && !loads && Count > 0 && sequence.Remaining > TokensLeft)
        {
            _ledger.Release(sequence);
            return false;
        }
        _lists.Waiting.Remove(sequence);
        sequence.TokensAtAdmission = sequence.TokenCount;
        Run(sequence);
        CountPrefix(sequence);
        _restores.Begin(sequence);
        Compute(sequence, Math.Min(Math.Min(sequence.Remaining, TokensLeft), tokens));
        return true;
    }

    /// <summary>
    /// Brings the first swapped sequence back and adds as much of it to the step as the budget allows; the step waits for its blocks.
    /// False when nobody is swapped, the budget or the sequence limit is reached, or blocks are short.
    /// </summary>
    /// <param name="preempts">Whether running sequences served after it give up their blocks for it.</param>
    public bool TryResume(bool preempts = false)
    {
        if (Swapped is not [var sequence, ..] || TokensLeft == 0 || (_shortOfBlocks && !preempts))
            return false;
        // Who had to give up its blocks because the host has no room may wait longer than who could be moved there.
        if (!preempts && FirstWaiting is { } waiting && Ordering.Compare(waiting, sequence) < 0)
            return false;
        if (!HasSlots(sequence, preempts))
            return false;
        while (!TrySwapIn(sequence, ahead: false))
        {
            if (!preempts || !TryPreemptFor(sequence))
                return false;
        }
        Append(sequence, Math.Min(sequence.Remaining, TokensLeft));
        return true;
    }

    /// <summary>Moves a swapped sequence back while the step runs, for a later one. False if blocks or the sequence limit do not allow it.</summary>
    public bool TrySwapInAhead(Sequence sequence) => TrySwapIn(sequence, ahead: true);

    /// <summary>
    /// Moves a running sequence that is in no batch to host memory while the step runs. Its blocks are free for the next step. False if the
    /// host has no room.
    /// </summary>
    /// <exception cref="ArgumentException">The sequence is in a batch.</exception>
    public bool TrySwapOutAhead(Sequence sequence)
    {
        if (sequence.InFlight > 0)
            throw new ArgumentException("a sequence that a batch computes cannot leave", nameof(sequence));
        return TrySwapOut(sequence, ahead: true);
    }

    /// <summary>Preempts whom the policy chooses for <paramref name="needy"/>; false if there is nobody.</summary>
    private bool TryPreemptFor(Sequence needy)
    {
        if (_system.Preemption.ChooseVictim(Running, needy, Ordering) is not { } victim)
            return false;
        Preemptions++;
        victim.Timeline.Preemptions++;
        if (
            _system.Preemption.Swaps
            && victim is { Slots: 1, Computed: > 0, Restore: null }
            && TrySwapOut(victim, ahead: false)
        )
            return true;
        _lists.Running.Remove(victim);
        _restores.Drop(victim);
        _ledger.Release(victim);
        victim.State = SequenceState.Waiting;
        _lists.Waiting.Add(victim);
        return true;
    }

    /// <summary>Whether as many more may run as the sequence stands for; those on their way from other workers count as running.</summary>
    private bool HasSlots(Sequence sequence, bool preempts)
    {
        while (_lists.Running.Slots + _lists.Arriving + sequence.Slots > SequenceLimit)
        {
            if (!preempts || !TryPreemptFor(sequence))
                return false;
        }
        return true;
    }

    private bool TrySwapOut(Sequence sequence, bool ahead)
    {
        if (!_ledger.TrySwapOut(sequence, ahead, _batch))
            return false;
        _lists.Running.Remove(sequence);
        _lists.Swapped.Add(sequence);
        sequence.State = SequenceState.Swapped;
        SwapsOut++;
        return true;
    }

    private bool TrySwapIn(Sequence sequence, bool ahead)
    {
        if (!HasSlots(sequence, preempts: false) || !_ledger.TrySwapIn(sequence, ahead, _batch))
            return false;
        _lists.Swapped.Remove(sequence);
        Run(sequence);
        return true;
    }

    private void Run(Sequence sequence)
    {
        _lists.Running.Add(sequence);
        sequence.State = SequenceState.Running;
    }

    private void CountPrefix(Sequence sequence)
    {
        // Each request counts once: a preempted sequence finding its own blocks again is no hit of the prompt.
        if (!double.IsNaN(sequence.Timeline.FirstScheduledMs))
            return;
        sequence.Timeline.FirstScheduledMs = Context.NowMs;
        if (!_options.EnablePrefixCaching)
            return;
        sequence.Timeline.CachedTokens = sequence.Computed;
        PrefixQueries += sequence.TokenCount;
        PrefixHits += sequence.Computed;
    }

    /// <summary>Adds tokens to the step: as many as asked for, or as the restore of a stored prefix leaves to be computed.</summary>
    private void Compute(Sequence sequence, int tokens)
    {
        if (sequence.Restore is not null)
            tokens = _restores.Advance(sequence, tokens, Context.NowMs);
        if (tokens > 0)
            Append(sequence, tokens);
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
}
