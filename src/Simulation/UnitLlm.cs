// Owns one LLM of a simulated unit: the real scheduler with its two lanes, and what it says of itself.
using Tern.Scheduling;
using Tern.Scheduling.Partitioning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>One LLM of a unit.</summary>
internal sealed class UnitLlm
{
    private readonly int[] _decodeBatches;
    private SampledToken[] _results = [];
    private long _decodes;
    private long _decodeSum;
    private int _prefilling;
    private bool _prefillInFlight;
    private bool _decodeInFlight;
    private bool _promptLeft;
    private bool _prefillBlocked;
    private bool _decodeBlocked;
    private int _maxHeld;

    public UnitLlm(UnitPlan unit, UnitLlmPlan plan, ServingSystem system)
    {
        Plan = plan;
        _decodeBatches = new int[unit.Batching.UtilizationWindow];
        var blocks = (int)Math.Min(unit.KvBlocks / plan.GroupBlocks, int.MaxValue);
        Scheduler = new Scheduler(
            new SchedulerOptions
            {
                BlockCount = blocks,
                BlockSize = unit.BlockSize,
                MaxBatchTokens = unit.MaxBatchTokens,
                MaxModelLength = unit.MaxModelLength,
                MaxSequences = Math.Min(unit.MaxSequences, unit.MaxBatchTokens),
                EnablePrefixCaching = false,
            },
            system
        );
        BlocksPerSequence = (long)Math.Ceiling(plan.SequenceTokens / unit.BlockSize) * plan.GroupBlocks;
    }

    public UnitLlmPlan Plan { get; }

    public Scheduler Scheduler { get; }

    public long BlocksPerSequence { get; }

    /// <summary>Ms in which its jobs computed, each counted as the share of the unit that is in use for it.</summary>
    public double BusyMs { get; set; }

    /// <summary>Something changed: what could not be launched may be tried again.</summary>
    public void Unblock() => (_prefillBlocked, _decodeBlocked) = (false, false);

    public ColocatedLlm Snapshot(int quota)
    {
        var stats = Scheduler.Stats;
        var running = Scheduler.Running;
        // A prompt longer than a prefill job goes on in the next one and is not to be decoded meanwhile.
        var promptLeft = _promptLeft && !_prefillInFlight ? 1 : 0;
        var ready = _decodeBlocked || _decodeInFlight ? 0 : stats.Running - _prefilling - promptLeft;
        return new ColocatedLlm
        {
            PrefillParts = Plan.PrefillParts,
            DecodeParts = Plan.DecodeParts,
            Waiting = stats.Waiting + promptLeft,
            OldestWaitingMs = Scheduler.FirstWaiting?.Timeline.ArrivalMs ?? 0,
            Sequences = stats.Running,
            Ready = ready,
            OldestReadyMs = running.Length > 0 ? running[0].Timeline.ArrivalMs : 0,
            SequenceQuota = quota,
            AwaitsBlocks = _prefillBlocked,
            PrefillInFlight = _prefillInFlight,
            DecodeInFlight = _decodeInFlight,
        };
    }

    /// <summary>Begins a job; null if the scheduler has nothing for it, which is remembered until something changes.</summary>
    public Batch? Begin(bool isPrefill, double nowMs)
    {
        var batch = Scheduler.Next(nowMs, isPrefill ? Lane.Main : Lane.Decode);
        _maxHeld = Math.Max(_maxHeld, Scheduler.HeldBlocks);
        if (isPrefill)
        {
            (_prefillInFlight, _prefillBlocked) = (batch is not null, batch is null);
            _prefilling = batch?.Items.Length ?? 0;
            _promptLeft = batch is not null && !batch.Items[^1].WantsLogits;
        }
        else
        {
            (_decodeInFlight, _decodeBlocked) = (batch is not null, batch is null);
            if (batch is not null)
                Remember(batch.Items.Length);
        }
        return batch;
    }

    public void End(bool isPrefill, Batch batch, double nowMs, Action<string, RequestTimeline>? finished)
    {
        var count = batch.Samples.Length;
        if (_results.Length < count)
            Array.Resize(ref _results, Math.Max(count, 2 * _results.Length));
        for (var i = 0; i < count; i++)
            _results[i] = new SampledToken(SyntheticTokens.Next(batch.Samples[i].Sequence));
        Scheduler.Complete(batch, _results.AsSpan(0, count), nowMs);
        if (isPrefill)
            (_prefillInFlight, _prefilling) = (false, 0);
        else
            _decodeInFlight = false;
        if (finished is null)
            return;
        foreach (var sample in batch.Samples)
        {
            if (sample.Sequence.State == SequenceState.Finished)
                finished(Plan.Name, sample.Sequence.Timeline);
        }
    }

    /// <summary>How the quota was used by the last decode jobs.</summary>
    public QuotaUse Use(long quota)
    {
        var stats = Scheduler.Stats;
        var jobs = Math.Min(_decodes, _decodeBatches.Length);
        var mean = jobs == 0 ? 0 : (double)_decodeSum / jobs;
        return new QuotaUse(quota, BlocksPerSequence, mean, stats.Waiting + stats.Running);
    }

    /// <param name="unit">Name of the unit.</param>
    /// <param name="deviceShare">1 over the LLMs of the unit.</param>
    public WorkerReport Report(string unit, double deviceShare) =>
        new()
        {
            Name = $"{unit}/{Plan.Name}",
            BusyMs = BusyMs,
            DeviceShare = deviceShare,
            MaxHeldBlocks = _maxHeld,
            SwappedBytes = 0,
            ReceivedBytes = 0,
            Stats = Scheduler.Stats,
        };

    private void Remember(int batch)
    {
        ref var slot = ref _decodeBatches[(int)(_decodes % _decodeBatches.Length)];
        _decodeSum += batch - slot;
        slot = batch;
        _decodes++;
    }
}
