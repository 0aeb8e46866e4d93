// Owns the preemption policy "move keys and values before they are in the way, and back before they are needed".
using Tern.Scheduling.Batching;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Preemption;

/// <summary>
/// Proactive swapping by the estimated next scheduled time (FastServe, NSDI 2026, §4.2): blocks are kept free for newcomers by moving out
/// whoever runs last again, and whoever runs soonest is moved back while there is room, both beside the steps.
/// </summary>
/// <remarks>
/// <c>ENST(i) = min(T_promote(i), T_execute(i))</c>: the time until i starves, and the quanta that those in front of it will burn, down to
/// its level, shared by the sequences of a step.
/// </remarks>
public sealed class ProactiveSwap : IPreemptionPolicy
{
    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>α: ms without service after which the ordering policy promotes (§4.1).</summary>
        public double StarvationMs { get; init; } = 300;

        /// <summary>Quantum of the first queue in ms; null = the shortest step there is (§4.1).</summary>
        public double? BaseQuantumMs { get; init; }

        /// <summary>Each queue's quantum in quanta of the one before (§4.1).</summary>
        public double QuantumRatio { get; init; } = 2;

        /// <summary>Share of the blocks kept free for bursts of new requests (§4.2 reserves "idle slots").</summary>
        public double ReservedShare { get; init; } = 0.05;

        /// <summary>
        /// Whether the order of priority stands for the ENST, from the tail, as in the released scheduler, which computes no ENST.
        /// </summary>
        public bool ByPriority { get; init; }
    }

    private readonly Options _options;
    private readonly List<(double Enst, Sequence Sequence)> _candidates = [];

    /// <summary>Creates the policy.</summary>
    public ProactiveSwap(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public bool Swaps => true;

    /// <inheritdoc/>
    public Sequence? ChooseVictim(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering) =>
        Recompute.LastServed(running, needy, ordering);

    /// <inheritdoc/>
    public void Prepare(BatchBuilder builder)
    {
        if (builder.Context.Options.HostBlockCount == 0)
            return;
        var reserve = (int)Math.Ceiling(_options.ReservedShare * builder.Context.Options.BlockCount);
        if (builder.AvailableBlocks < reserve)
            MoveOut(builder, reserve);
        else if (builder.Swapped.Length > 0)
            MoveIn(builder, reserve);
    }

    private void MoveOut(BatchBuilder builder, int reserve)
    {
        Estimate(builder, builder.Running);
        for (var i = _candidates.Count - 1; i >= 0 && builder.AvailableBlocks < reserve; i--)
        {
            var sequence = _candidates[i].Sequence;
            if (sequence is { InFlight: 0, Computed: > 0 } && !builder.TrySwapOutAhead(sequence))
                return;
        }
    }

    private void MoveIn(BatchBuilder builder, int reserve)
    {
        Estimate(builder, builder.Swapped);
        var blockSize = builder.Context.Options.BlockSize;
        foreach (var (_, sequence) in _candidates)
        {
            var needed = (sequence.TokenCount + blockSize - 1) / blockSize;
            if (builder.AvailableBlocks - needed < reserve || !builder.TrySwapInAhead(sequence))
                return;
        }
    }

    /// <summary>The sequences of one place by the time when they run next, soonest first.</summary>
    private void Estimate(BatchBuilder builder, ReadOnlySpan<Sequence> sequences)
    {
        _candidates.Clear();
        var context = builder.Context;
        var quantum = _options.BaseQuantumMs ?? context.Estimate.StepMs(StepShape.Decode(1, 1));
        var running = builder.Running;
        var swapped = builder.Swapped;
        var (ahead, weights) = (0, 0.0);
        for (int r = 0, s = 0; r < running.Length || s < swapped.Length; )
        {
            // Both places are sorted: merged, they are the order in which sequences run.
            var takesRunning =
                s == swapped.Length || (r < running.Length && builder.Ordering.Compare(running[r], swapped[s]) < 0);
            var sequence = takesRunning ? running[r++] : swapped[s++];
            var weight = Math.Pow(_options.QuantumRatio, sequence.Place.Level);
            if (takesRunning == (sequences == running))
            {
                var executeMs = quantum * (ahead * weight - weights + ahead * weight) / context.Options.BatchSequences;
                var promoteMs = _options.StarvationMs - (context.NowMs - sequence.LastServedMs);
                _candidates.Add((_options.ByPriority ? _candidates.Count : Math.Min(executeMs, promoteMs), sequence));
            }
            ahead++;
            weights += weight;
        }
        _candidates.Sort(static (a, b) => a.Enst.CompareTo(b.Enst));
    }
}
