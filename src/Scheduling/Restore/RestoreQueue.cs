// Owns the restores of one scheduler: which sequences have one, and the reads that the driver is to perform.
namespace Tern.Scheduling.Restore;

/// <summary>
/// Lets the restore policy act for every sequence whose stored prefix is on its way back: in its turn with the rows the step has for it,
/// and at the end of the making of a step with none, so that a sequence that is starved of the device goes on loading (CAKE, §4 Part 3).
/// </summary>
internal sealed class RestoreQueue(SchedulerOptions options, IRestorePolicy? policy)
{
    private readonly List<Sequence> _restoring = [];
    private readonly Queue<KvRead> _reads = [];
    private long _step;

    /// <summary>When the policy wants to be asked again even if nothing ends until then, in ms.</summary>
    public double LookAgainMs { get; private set; } = double.PositiveInfinity;

    /// <summary>Begins the restore of what a sequence that was just admitted has in the slower tier and not here.</summary>
    public void Begin(Sequence sequence)
    {
        if (policy is null || options is not { Tier: { } tier, Estimate: { } estimate })
            return;
        // Answers that share blocks copy them when they part, and a read that the device overtook may still write to the old ones.
        if (sequence.Slots > 1)
            return;
        var before = sequence.Computed;
        // One row must be computed to have logits.
        var stored = Math.Min(sequence.Request.StoredTokens, sequence.TokenCount - 1) - before;
        if (stored < 1)
            return;
        sequence.RestoredFrom = before;
        sequence.Restore = new RestoreState(
            stored,
            new RestoreEstimate(estimate, tier.ReadMs, tier.LoadMsPerToken, before)
        );
        _restoring.Add(sequence);
    }

    /// <summary>Drops the restore of a sequence that gives up its blocks.</summary>
    public void Drop(Sequence sequence)
    {
        if (sequence.Restore is null)
            return;
        sequence.Restore = null;
        _restoring.Remove(sequence);
    }

    /// <summary>The making of a step begins.</summary>
    public void BeginStep(long step)
    {
        _step = step;
        LookAgainMs = double.PositiveInfinity;
    }

    /// <summary>Lets the policy act; returns how many tokens of the sequence the step computes.</summary>
    public int Advance(Sequence sequence, int tokenBudget, double nowMs)
    {
        var state = sequence.Restore!;
        sequence.RestoreStep = _step;
        var next = policy!.Next(state, tokenBudget, nowMs);
        LookAgainMs = Math.Min(LookAgainMs, next.LookAgainMs);
        if (next.LoadTokens > 0)
        {
            state.BeginLoad(next.LoadTokens, nowMs);
            // Its blocks are written to: until the read ends it can no more be preempted than one that a step computes.
            sequence.InFlight++;
            var first = sequence.RestoredFrom + state.LoadedFrom;
            _reads.Enqueue(new KvRead(sequence, state, first, next.LoadTokens));
        }
        if (next.ComputeTokens > 0)
            state.BeginCompute(next.ComputeTokens, nowMs);
        return next.ComputeTokens;
    }

    /// <summary>The step is made: those it had no turn for go on loading.</summary>
    public void EndStep(double nowMs)
    {
        foreach (var sequence in _restoring)
        {
            if (sequence.RestoreStep != _step)
                Advance(sequence, 0, nowMs);
        }
    }

    /// <summary>The next read to perform.</summary>
    public bool TryTake(out KvRead read) => _reads.TryDequeue(out read);

    /// <summary>Books a step that computed tokens of a restoring sequence; true if that was the last of its restore.</summary>
    public bool EndCompute(Sequence sequence, double nowMs)
    {
        sequence.Restore!.EndCompute(nowMs);
        return EndIfDone(sequence);
    }

    /// <summary>Books the end of a read; true if it was the last of its sequence's restore.</summary>
    public bool EndRead(in KvRead read, double nowMs)
    {
        // A read may have been overtaken by the device, or its sequence preempted or cancelled.
        if (!ReferenceEquals(read.Sequence.Restore, read.State) || !read.State.Loading)
            return false;
        read.State.EndLoad(nowMs);
        return EndIfDone(read.Sequence);
    }

    private bool EndIfDone(Sequence sequence)
    {
        var state = sequence.Restore!;
        if (!state.Done)
            return false;
        sequence.Computed = sequence.Scheduled = sequence.RestoredFrom + state.PrefixTokens;
        sequence.Timeline.LoadedTokens += state.PrefixTokens - state.Loaded;
        Drop(sequence);
        return true;
    }
}
