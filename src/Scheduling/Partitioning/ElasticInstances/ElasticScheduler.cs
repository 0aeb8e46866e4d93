// Owns the life of requests on elastic instances: added, prefilled, decoded in groups that change with every iteration, completed.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// LoongServe's global manager (SOSP 2024, §5): groups run iterations on disjoint instances; at the boundary of all of them the four steps
/// (<see cref="DispatchStep"/>, <see cref="AllocationStep"/>, <see cref="BatchingStep"/>, <see cref="ScalingStep"/>) decide anew. Pure
/// bookkeeping: time is an argument, the same calls give the same decisions. One thread uses it.
/// </summary>
/// <remarks>
/// As in the released code, decode groups run in rounds until requests are accepted; a macro-iteration follows, in which groups run
/// independently until its prefills have ended, and decode groups that were preempted wait.
/// </remarks>
public sealed class ElasticScheduler
{
    private readonly Dictionary<string, ElasticSequence> _requests = [];
    private readonly ElasticQueue _waiting = new();
    private readonly List<ElasticGroup> _parked = [];
    private readonly Queue<ElasticIteration> _ready = new();
    private readonly ElasticPool _pool;
    private readonly ElasticCost _cost;
    private readonly int[] _computing;
    private long _added;
    private int _running;
    private int _leading;
    private int _decodeRounds;
    private int _outOfOrder;
    private double _macroEndMs = double.NaN;

    // The released code starts its mean with one request of 512 tokens.
    private (long Requests, double Tokens, double DecodeMs) _finished = (1, 512, 0);
    private ElasticStats _stats;

    /// <summary>Creates an idle scheduler.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="ArgumentException">The cost model does not know groups of all instances.</exception>
    public ElasticScheduler(ElasticOptions options, ElasticCost cost)
    {
        Options = options.Validated();
        if (cost.Instances < options.Instances)
            throw new ArgumentException(
                $"the cost model knows groups of up to {cost.Instances} instances, not of {options.Instances}",
                nameof(cost)
            );
        _cost = cost;
        _pool = new ElasticPool(options.Instances, options.SlotsPerInstance);
        _computing = new int[options.Instances];
    }

    /// <summary>Sizes and thresholds.</summary>
    public ElasticOptions Options { get; }

    /// <summary>Whether any request is known.</summary>
    public bool HasWork => _requests.Count > 0;

    /// <summary>Gauges and counters.</summary>
    public ElasticStats Stats =>
        _stats with
        {
            Waiting = _waiting.Count,
            InFlight = _running,
            UsedSlots = _pool.UsedTotal,
            PeakSlots = _pool.UsedPeak,
        };

    internal ElasticPool Pool => _pool;

    private int Instances => Options.Instances;

    private bool MayScaleUp => Options is { Parallelism: ElasticParallelism.Elastic, EnableScaleUp: true };

    private bool InMacroIteration => !double.IsNaN(_macroEndMs);

    /// <summary>Adds a request.</summary>
    /// <exception cref="RequestRefusedException">It can never be served.</exception>
    public ElasticSequence Add(Request request, double nowMs)
    {
        if (_requests.ContainsKey(request.Id))
            throw new RequestRefusedException(
                RefusalReason.DuplicateId,
                $"a request with id '{request.Id}' is in flight"
            );
        Options.RefuseUnlessServable(request);
        var sequence = new ElasticSequence(request, _added++, _pool.Place(), nowMs);
        _requests.Add(request.Id, sequence);
        _waiting.Add(sequence);
        return sequence;
    }

    /// <summary>An iteration to start now, or null when there is none until one in flight completes or a request is added.</summary>
    public ElasticIteration? Next(double nowMs)
    {
        if (_ready.Count == 0)
            Decide(nowMs);
        return _ready.TryDequeue(out var iteration) ? iteration : null;
    }

    /// <summary>Reports an iteration as done; in any order.</summary>
    /// <param name="iteration">One that <see cref="Next"/> gave and that was not completed.</param>
    /// <param name="results">The sampled tokens, parallel to its sequences; those of cancelled ones are ignored.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="ArgumentException">The number of results is not that of the sequences.</exception>
    public void Complete(ElasticIteration iteration, ReadOnlySpan<SampledToken> results, double nowMs)
    {
        if (results.Length != iteration.Sequences.Length)
            throw new ArgumentException(
                $"the iteration has {iteration.Sequences.Length} sequences but {results.Length} results",
                nameof(results)
            );
        foreach (var instance in iteration.Instances)
            _computing[instance]--;
        _running--;
        _leading -= iteration.Leads ? 1 : 0;
        _stats = _stats with { Iterations = _stats.Iterations + 1 };
        var group = iteration.Group;
        for (var i = 0; i < results.Length; i++)
            CompleteSequence(iteration.Sequences[i], results[i], nowMs);
        group.Sequences.RemoveAll(sequence => sequence.End != SequenceEnd.None);
        if (group.Sequences.Count == 0)
            return;
        group.Shrink(Instances);
        if (!(InMacroIteration && _leading > 0 && TryDecode([group], [])))
            _parked.Add(group);
    }

    /// <summary>Ends a request; false if no such request is known. Its slots are free on return unless an iteration in flight computes it.</summary>
    public bool Cancel(string requestId, double nowMs)
    {
        if (!_requests.TryGetValue(requestId, out var sequence) || sequence.End != SequenceEnd.None)
            return false;
        sequence.Timeline.Cancelled = true;
        sequence.End = SequenceEnd.Cancelled;
        sequence.Timeline.FinishMs = nowMs;
        if (sequence.InFlight)
            return true;
        _waiting.Remove(sequence);
        Forget(sequence);
        foreach (var group in _parked)
        {
            if (group.Sequences.Remove(sequence))
                group.Shrink(Instances);
        }
        _parked.RemoveAll(group => group.Sequences.Count == 0);
        return true;
    }

    private void Decide(double nowMs)
    {
        if (_running > 0)
        {
            if (InMacroIteration && _leading > 0 && Options.Parallelism == ElasticParallelism.Elastic)
                PullGreedily(nowMs);
            return;
        }
        _macroEndMs = double.NaN;
        ElasticGroup.MergeOverlapping(_parked);
        if ((_parked.Count == 0 || _decodeRounds >= Options.MaxWaitIterations) && TryPrefill(nowMs))
        {
            _decodeRounds = 0;
            return;
        }
        DecodeRound();
        // If the slots did not suffice for a single decode, all were paused; they are prompts now, and nothing in flight would bring them back.
        if (_running == 0 && TryPrefill(nowMs))
            _decodeRounds = 0;
    }

    private void DecodeRound()
    {
        if (_parked.Count == 0)
            return;
        _decodeRounds++;
        var all = _parked.ToList();
        _parked.Clear();
        if (MayScaleUp)
        {
            Decode(all, IdleInstances());
            return;
        }
        foreach (var group in all)
            Decode([group], []);
    }

    /// <summary>Starts a decode iteration of each of the groups; as a last resort sequences are paused until slots suffice.</summary>
    private void Decode(List<ElasticGroup> groups, List<int> idle)
    {
        while (!TryDecode(groups, idle))
        {
            PauseLatest(groups);
            idle = MayScaleUp ? IdleInstances() : [];
        }
    }

    /// <summary>Starts a decode iteration of each of the groups; false, and nothing has changed, if slots do not suffice.</summary>
    private bool TryDecode(List<ElasticGroup> groups, IReadOnlyList<int> extra)
    {
        if (groups.Count == 0)
            return true;
        var snapshot = Snapshot(groups);
        if (
            (MayScaleUp ? ScalingStep.Decode(snapshot, extra, Options) : ScalingStep.DecodeAsIs(snapshot))
                is not { } plans
            || plans.Any(plan => plan.MiniBatches.Count == 0)
        )
            return false;
        foreach (var plan in plans)
        {
            var group = groups[plan.Groups[0]];
            foreach (var other in plan.Groups.Skip(1))
                group.Merge(groups[other]);
            group.Instances = [.. plan.Instances];
            StartDecode(group, plan);
        }
        return true;
    }

    private void StartDecode(ElasticGroup group, DecodePlan plan)
    {
        var (at, largest) = (0, 0);
        foreach (var (master, count) in plan.MiniBatches)
        {
            largest = Math.Max(largest, count);
            for (var end = at + count; at < end; at++)
                _pool.Take(group.Sequences[at].Placement, master, 1);
        }
        Start(
            new ElasticIteration(group)
            {
                IsPrefill = false,
                Instances = [.. group.Instances],
                MiniBatches = plan.MiniBatches,
                LargestMiniBatch = largest,
                LargestContext = group.State(Instances).Held.Max(),
            }
        );
        _stats = _stats with
        {
            ScaleUps = _stats.ScaleUps + plan.ScaleUps,
            MultiMasterIterations = _stats.MultiMasterIterations + (plan.MiniBatches.Count > 1 ? 1 : 0),
        };
    }

    private bool TryPrefill(double nowMs)
    {
        if (_waiting.Count == 0)
            return false;
        var state = DispatchStateOf(nowMs);
        var decision = Options.Parallelism switch
        {
            ElasticParallelism.Fixed => DispatchStep.Fixed(state, Options),
            ElasticParallelism.Disaggregated => DispatchStep.Disaggregated(state, _cost, Options),
            _ => DispatchStep.Elastic(state, _cost, Options),
        };
        if (decision.Accepted.Count == 0)
            return false;
        _outOfOrder = decision.Overtakes ? _outOfOrder + 1 : 0;
        var accepted = _waiting.Take(decision.Accepted);
        var (available, migrated) = Options.Parallelism switch
        {
            ElasticParallelism.Fixed => (Enumerable.Range(0, Instances).ToList(), 0L),
            ElasticParallelism.Disaggregated => ([0], 0L),
            _ => Allocate(PromptSums.Of(Lengths(accepted))),
        };
        if (Options.Parallelism == ElasticParallelism.Disaggregated && TryDecode(_parked, []))
            _parked.Clear();
        StartPrefills(accepted, available, migrated, leads: true, nowMs);
        return true;
    }

    /// <summary>Step 2: packs, preempts, and lets the other groups go on decoding.</summary>
    private (List<int> Available, long Migrated) Allocate(PromptSums prompts)
    {
        if (!MayScaleUp)
        {
            // Nobody is packed or preempted: dispatch asked for no more than idle instances hold.
            var idle = IdleInstances();
            _parked.RemoveAll(group => TryDecode([group], []));
            return (idle, 0);
        }
        var migrated = 0L;
        foreach (var move in AllocationStep.Pack(Snapshot(_parked), prompts, _cost))
        {
            ElasticGroup.Carry(_parked, move, _pool, Instances);
            migrated += move.Tokens;
        }
        var choice = AllocationStep.Choose(Snapshot(_parked), prompts, _cost);
        List<int> available = [.. choice.Available];
        List<ElasticGroup> running = [.. choice.Running.Select(g => _parked[g])];
        var free = available.Sum(i => (long)_pool.Free(i));
        var lent = new List<int>();
        while (!TryDecode(running, lent))
        {
            // Idle instances are lent to the decodes while the prompts can do without; if that is not enough, all decodes wait.
            var last = available.FindLastIndex(i => _pool.Used[i] == 0);
            free -= Options.SlotsPerInstance;
            if (last < 0 || prompts.Tokens > free)
            {
                available.AddRange(running.SelectMany(group => group.Instances));
                available.AddRange(lent);
                return (available, migrated);
            }
            lent.Add(available[last]);
            available.RemoveAt(last);
        }
        _parked.RemoveAll(running.Contains);
        available.AddRange(lent.Where(i => _computing[i] == 0));
        return (available, migrated);
    }

    /// <summary>Steps 3 and 4: prefills the sequences on the instances.</summary>
    private void StartPrefills(
        List<ElasticSequence> accepted,
        List<int> available,
        long migrated,
        bool leads,
        double nowMs
    )
    {
        accepted.Sort(
            (a, b) =>
                a.TokenCount != b.TokenCount ? b.TokenCount.CompareTo(a.TokenCount) : a.Ordinal.CompareTo(b.Ordinal)
        );
        int[] order = [.. available.OrderBy(i => _pool.Used[i]).ThenBy(i => i)];
        var elastic = Options.Parallelism == ElasticParallelism.Elastic;
        var plan = elastic
            ? BatchingStep.Solve(Lengths(accepted), [.. order.Select(_pool.Free)], _cost, Options.BatchingBound)
            : new BatchingPlan([new PrefillBatch(0, accepted.Count, 0, order.Length)], 0);
        if (plan is null)
            throw new InvalidOperationException(
                $"{accepted.Count} prompts were accepted that fit no instances; dispatch and batching disagree"
            );
        var longest = 0.0;
        foreach (var batch in plan.Batches)
        {
            var group = new ElasticGroup { Instances = [.. order.AsSpan(batch.FirstInstance, batch.Instances)] };
            group.Sequences.AddRange(accepted.GetRange(batch.FirstRequest, batch.Requests));
            var iteration = Prefill(group, leads ? migrated : 0, leads);
            longest = Math.Max(longest, _cost.StepMs(iteration));
            foreach (var sequence in group.Sequences)
            {
                if (double.IsNaN(sequence.Timeline.FirstScheduledMs))
                    sequence.Timeline.FirstScheduledMs = nowMs;
            }
            Start(iteration);
        }
        if (leads)
            (_leading, _macroEndMs) = (plan.Batches.Count, nowMs + longest);
    }

    private ElasticIteration Prefill(ElasticGroup group, long migrated, bool leads)
    {
        var lengths = Lengths(group.Sequences);
        var sums = PromptSums.Of(lengths);
        var ranges =
            Options.Parallelism switch
            {
                ElasticParallelism.Fixed => ScalingStep.Stripe(group.Instances, lengths),
                ElasticParallelism.Disaggregated => ScalingStep.ScaleDown(Snapshot([]), [1], lengths),
                _ => ScalingStep.ScaleDown(Snapshot([]), group.Instances, lengths),
            } ?? throw new InvalidOperationException($"{sums.Tokens} tokens of a prefill fit no instances");
        foreach (var (prompt, instance, _, count) in ranges)
            _pool.Take(group.Sequences[prompt].Placement, instance, count);
        if (Options.Parallelism == ElasticParallelism.Disaggregated)
            migrated = sums.Tokens;
        var kept = group.Instances.Count(i => ranges.Any(range => range.Instance == i));
        _stats = _stats with
        {
            ScaleDowns = _stats.ScaleDowns + (kept < group.Instances.Count ? 1 : 0),
            MigratedTokens = _stats.MigratedTokens + migrated,
        };
        return new ElasticIteration(group)
        {
            IsPrefill = true,
            Instances = [.. group.Instances],
            Ranges = ranges,
            PromptTokens = sums.Tokens,
            PromptSquares = sums.Squares,
            MigratedTokens = migrated,
            Leads = leads,
        };
    }

    private void PullGreedily(double nowMs)
    {
        if (_waiting.Count == 0 || nowMs >= _macroEndMs)
            return;
        var idle = IdleInstances();
        if (idle.Count == 0)
            return;
        var decision = DispatchStep.Greedy(
            _waiting.Prompts(),
            idle.Count,
            Options.SlotsPerInstance,
            _macroEndMs - nowMs,
            _cost,
            Options with
            {
                MaxSequences = Math.Max(0, Options.MaxSequences - (_requests.Count - _waiting.Count)),
            }
        );
        if (decision.Accepted.Count > 0)
            StartPrefills(_waiting.Take(decision.Accepted), idle, 0, leads: false, nowMs);
    }

    private void Start(ElasticIteration iteration)
    {
        foreach (var instance in iteration.Instances)
        {
            if (_computing[instance]++ > 0)
                throw new InvalidOperationException($"instance {instance} would run two iterations at once");
        }
        foreach (var sequence in iteration.Sequences)
            sequence.InFlight = true;
        _running++;
        _ready.Enqueue(iteration);
    }

    private void CompleteSequence(ElasticSequence sequence, SampledToken result, double nowMs)
    {
        sequence.InFlight = false;
        if (sequence.End == SequenceEnd.None)
        {
            var timeline = sequence.Timeline;
            timeline.GeneratedTokens++;
            if (double.IsNaN(timeline.FirstTokenMs))
                timeline.FirstTokenMs = nowMs;
            if (!result.Finished && sequence.Remaining > 0)
                return;
            sequence.End = result.Finished ? SequenceEnd.Stopped : SequenceEnd.Length;
            timeline.FinishMs = nowMs;
            _finished = (
                _finished.Requests + 1,
                _finished.Tokens + sequence.Generated,
                _finished.DecodeMs + nowMs - timeline.FirstTokenMs
            );
        }
        Forget(sequence);
    }

    private void Forget(ElasticSequence sequence)
    {
        _pool.Release(sequence.Placement);
        _requests.Remove(sequence.Request.Id);
    }

    private List<int> IdleInstances() =>
        [.. Enumerable.Range(0, Instances).Where(i => _computing[i] == 0 && _pool.Used[i] == 0)];

    /// <summary>The last resort: the sequence that came last gives up its slots, is first in the queue and computed again.</summary>
    private void PauseLatest(List<ElasticGroup> groups)
    {
        var latest = ElasticGroup.RemoveLatest(groups, Instances);
        _pool.Release(latest.Placement);
        latest.Timeline.Preemptions++;
        _waiting.AddFirst(latest);
        _stats = _stats with { Pauses = _stats.Pauses + 1 };
    }

    private ElasticSnapshot Snapshot(List<ElasticGroup> groups) =>
        new()
        {
            SlotsPerInstance = Options.SlotsPerInstance,
            Used = _pool.Used.ToArray(),
            Groups = [.. groups.Select(group => group.State(Instances))],
        };

    private DispatchState DispatchStateOf(double nowMs) =>
        new()
        {
            Waiting = _waiting.Prompts(),
            Running =
            [
                .. _parked
                    .SelectMany(group => group.Sequences)
                    .Select(s => new RunningDecode(
                        s.TokenCount,
                        s.Generated,
                        s.Remaining,
                        nowMs - s.Timeline.FirstTokenMs
                    )),
            ],
            Instances = Snapshot(_parked),
            MeanOutputTokens = _finished.Tokens / _finished.Requests,
            MeanDecodeMs = _finished.DecodeMs / _finished.Requests,
            OutOfOrder = _outOfOrder,
        };

    private static int[] Lengths(List<ElasticSequence> sequences) => [.. sequences.Select(s => s.TokenCount)];
}
