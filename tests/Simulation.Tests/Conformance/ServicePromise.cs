// Owns what an ordering policy promises to those who wait, and whether it is kept.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;

namespace Tern.Simulation.Tests.Conformance;

/// <summary>
/// First come, first served: the oldest sequence is in every step that it can be in. Feedback queues: nobody is without service for longer
/// than the time after which they promote, and the time until those in front have used up their quanta. Orders by priority or by what is
/// left promise nothing.
/// </summary>
internal sealed class ServicePromise(Scheduler scheduler, Scenario scenario)
{
    private readonly Dictionary<Sequence, double> _servedMs = [];
    private readonly HashSet<Sequence> _ran = [];
    private int _mostLive;
    private int _leftOut;
    private Sequence? _oldest;

    public void Arrived(Sequence sequence, double nowMs) => _servedMs[sequence] = nowMs;

    public void Served(Batch batch, double nowMs)
    {
        foreach (var item in batch.Items)
            _servedMs[item.Sequence] = nowMs;
        foreach (var sample in batch.Samples)
            _servedMs[sample.Sequence] = nowMs;
    }

    /// <summary>Judges a step.</summary>
    /// <param name="batch">The step.</param>
    /// <param name="live">Everybody.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="alone">Whether no other lane computes, and so holds blocks that cannot be taken.</param>
    public void Began(Batch batch, List<Sequence> live, double nowMs, bool alone)
    {
        _mostLive = Math.Max(_mostLive, live.Count);
        // What a lowered quota keeps from whom is the quota's business.
        if (scheduler.BlockLimit < scenario.Blocks)
        {
            _leftOut = 0;
            foreach (var sequence in live)
                _servedMs[sequence] = nowMs;
        }
        else if (scheduler.System.Ordering is Fcfs)
        {
            OldestIsIn(batch, live, nowMs, alone);
        }
        else if (scheduler.System.Ordering is SkipJoinMlfq)
        {
            NobodyStarves(batch, live, nowMs);
        }
        Decided(live);
    }

    /// <summary>A decision was made, be it that there is no step: sequences may have been preempted by it.</summary>
    public void Decided(List<Sequence> live)
    {
        _ran.Clear();
        foreach (var sequence in live)
        {
            if (sequence.State is SequenceState.Running or SequenceState.Arriving)
                _ran.Add(sequence);
        }
    }

    private void OldestIsIn(Batch batch, List<Sequence> live, double nowMs, bool alone)
    {
        Sequence? oldest = null;
        foreach (var sequence in live)
        {
            if (IsServable(sequence) && (oldest is null || scheduler.System.Ordering.Compare(sequence, oldest) < 0))
                oldest = sequence;
        }
        if (oldest is null || oldest.InFlight > 0 || !alone || oldest != _oldest)
        {
            (_oldest, _leftOut) = (oldest, 0);
            if (oldest is null || oldest.InFlight > 0 || !alone)
                return;
        }
        // A step of prompts has no place for who decodes, nor one of a decode lane for a prompt.
        var decodes = oldest is { State: not SequenceState.Waiting, InPrefill: false };
        var (hasPrefills, hasDecodes) = (false, false);
        foreach (var (sequence, first, count, _) in batch.Items)
        {
            if (count == 1 && first >= sequence.Request.PromptTokens && _ran.Contains(sequence))
                hasDecodes = true;
            else
                hasPrefills = true;
        }
        if ((decodes && hasPrefills && !hasDecodes) || (!decodes && batch.Lane == Lane.Decode))
            return;
        // Where steps overlap, or sequences come from elsewhere, those in flight keep what they have: who had to give way waits for them,
        // but for nobody who comes now.
        var overlaps = scenario.Depth > 1 || scheduler.System.DecodeBatching is not null;
        if (overlaps && oldest.State != SequenceState.Running && AllRanBefore(batch))
            return;
        if (++_leftOut >= scenario.Depth)
            Assert.Fail(
                $"at {nowMs} ms: {oldest.Request.Id}.{oldest.Index} ({oldest.State}) is the oldest, but not in step {batch.Step}"
            );
    }

    private void NobodyStarves(Batch batch, List<Sequence> live, double nowMs)
    {
        var options = scheduler.Options;
        // The steps of a prompt longer than the token budget are one.
        var steps = (options.MaxSequenceLength + options.MaxBatchTokens - 1) / options.MaxBatchTokens;
        var longestStepMs = steps * scenario.Latency.StageMs(options.MaxBatchTokens) * scenario.Depth;
        // At most everybody is in front, each until it has used up a quantum, which is seen after a step that may exceed it.
        var quantumMs = Math.Max(10, options.Estimate!.StepMs(StepShape.Decode(1, 1)));
        var boundMs =
            scheduler.System.Ordering.StarvationMs
            + scenario.Depth * ((_mostLive + 1) * (quantumMs + longestStepMs) + longestStepMs);
        foreach (var sequence in live)
        {
            if (!IsServable(sequence) || sequence.InFlight > 0)
                continue;
            if (nowMs - _servedMs[sequence] > boundMs)
                Assert.Fail(
                    $"at {nowMs} ms: {sequence.Request.Id}.{sequence.Index} ({sequence.State}) has not been served since {_servedMs[sequence]} ms; the bound is {boundMs}"
                );
        }
        foreach (var item in batch.Items)
            _servedMs[item.Sequence] = nowMs;
    }

    private bool AllRanBefore(Batch batch)
    {
        foreach (var item in batch.Items)
        {
            if (!_ran.Contains(item.Sequence))
                return false;
        }
        return true;
    }

    private static bool IsServable(Sequence sequence) =>
        sequence.End == SequenceEnd.None
        && sequence.State is SequenceState.Waiting or SequenceState.Running or SequenceState.Swapped;
}
