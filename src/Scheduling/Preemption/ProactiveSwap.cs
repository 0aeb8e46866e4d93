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
/// <c>ENST(i) = min(T_promote(i), T_execute(i))</c>: the time until i starves, and the quanta that those in higher queues burn from their
/// level until they are at i's, shared by the sequences of a step. Only sequences with keys and values are counted.
/// </remarks>
public sealed class ProactiveSwap : IPreemptionPolicy
{
    // Doubling quanta pass a day before level 32; deeper levels count as this one.
    private const int Levels = 64;

    /// <summary>The constants.</summary>
    public sealed record Options
    {
        /// <summary>α: ms without service after which the ordering policy promotes (§4.1).</summary>
        public double StarvationMs { get; init; } = 300;

        /// <summary>Quantum of the first queue in ms; null = the shortest step there is (§4.1).</summary>
        public double? BaseQuantumMs { get; init; }

        /// <summary>Each queue's quantum in quanta of the one before (§4.1).</summary>
        public double QuantumRatio { get; init; } = 2;

        /// <summary>Share of the blocks kept free for bursts of new requests (§4.2 reserves "idle slots" and gives no number).</summary>
        public double ReservedShare { get; init; } = 0.05;

        /// <summary>
        /// Whether it moves as the released scheduler does, which computes no ENST: out from the last in order, back from the first
        /// and no further than a step's sequences deep, and one block for each sequence of a step kept free.
        /// </summary>
        public bool ByPriority { get; init; }
    }

    private readonly Options _options;

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
        var options = builder.Context.Options;
        if (options.HostBlockCount == 0)
            return;
        var reserve = _options.ByPriority
            ? options.BatchSequences
            : (int)Math.Ceiling(_options.ReservedShare * options.BlockCount);
        var leaves = builder.AvailableBlocks < reserve;
        if (!leaves && builder.Swapped.Length == 0)
            return;
        Span<double> executeMs = stackalloc double[Levels];
        if (!_options.ByPriority)
            EstimateExecution(builder, executeMs);
        if (leaves)
            MoveOut(builder, reserve, executeMs);
        // The released scheduler moves in only where it need not move out.
        if (!leaves || !_options.ByPriority)
            MoveIn(builder, reserve, executeMs);
    }

    private void MoveOut(BatchBuilder builder, int reserve, ReadOnlySpan<double> executeMs)
    {
        while (builder.AvailableBlocks < reserve && Latest(builder, executeMs, out _) is { } sequence)
        {
            if (!builder.TrySwapOutAhead(sequence))
                return;
        }
    }

    private void MoveIn(BatchBuilder builder, int reserve, ReadOnlySpan<double> executeMs)
    {
        var blockSize = builder.Context.Options.BlockSize;
        while (Soonest(builder, executeMs, out var enst) is { } sequence)
        {
            var needed = (sequence.TokenCount + blockSize - 1) / blockSize;
            if (builder.AvailableBlocks - needed >= reserve)
            {
                if (!builder.TrySwapInAhead(sequence))
                    return;
            }
            // Who runs later makes room for who runs sooner.
            else if (
                _options.ByPriority
                || Latest(builder, executeMs, out var latestMs) is not { } latest
                || latestMs <= enst
                || !builder.TrySwapOutAhead(latest)
            )
            {
                return;
            }
        }
    }

    /// <summary>Of those that are in no batch, who runs last again; null if there is nobody.</summary>
    private Sequence? Latest(BatchBuilder builder, ReadOnlySpan<double> executeMs, out double enst)
    {
        Sequence? latest = null;
        enst = double.NegativeInfinity;
        var running = builder.Running;
        for (var i = running.Length - 1; i >= 0; i--)
        {
            if (running[i] is not { InFlight: 0, Computed: > 0, Slots: 1 } sequence)
                continue;
            if (_options.ByPriority)
                return sequence;
            var estimate = EnstMs(sequence, builder.Context.NowMs, executeMs);
            if (estimate > enst)
                (latest, enst) = (sequence, estimate);
        }
        return latest;
    }

    /// <summary>Of those outside, who runs next; null if there is nobody, or nobody near enough.</summary>
    private Sequence? Soonest(BatchBuilder builder, ReadOnlySpan<double> executeMs, out double enst)
    {
        Sequence? soonest = null;
        enst = double.PositiveInfinity;
        if (_options.ByPriority)
            return FirstOutside(builder);
        foreach (var sequence in builder.Swapped)
        {
            var estimate = EnstMs(sequence, builder.Context.NowMs, executeMs);
            if (estimate < enst)
                (soonest, enst) = (sequence, estimate);
        }
        return soonest;
    }

    /// <summary>The first of those outside, if fewer than a step's sequences are in front of it that are in no batch.</summary>
    private static Sequence? FirstOutside(BatchBuilder builder)
    {
        if (builder.Swapped is not [var first, ..])
            return null;
        var ahead = 0;
        foreach (var sequence in builder.Running)
        {
            if (builder.Ordering.Compare(sequence, first) > 0)
                break;
            ahead += sequence.InFlight == 0 ? 1 : 0;
        }
        return ahead < builder.Context.Options.BatchSequences ? first : null;
    }

    private double EnstMs(Sequence sequence, double nowMs, ReadOnlySpan<double> executeMs) =>
        Math.Min(
            _options.StarvationMs - (nowMs - sequence.LastServedMs),
            executeMs[Math.Min(sequence.Place.Level, Levels - 1)]
        );

    /// <summary>T_execute of each level: it grows from level to level by the quanta of all that are above.</summary>
    private void EstimateExecution(BatchBuilder builder, Span<double> executeMs)
    {
        Span<int> counts = stackalloc int[Levels];
        counts.Clear();
        foreach (var sequence in builder.Running)
            counts[Math.Min(sequence.Place.Level, Levels - 1)]++;
        foreach (var sequence in builder.Swapped)
            counts[Math.Min(sequence.Place.Level, Levels - 1)]++;
        var context = builder.Context;
        var quantum = _options.BaseQuantumMs ?? context.Estimate.StepMs(StepShape.Decode(1, 1));
        ExecuteMs(counts, quantum, _options.QuantumRatio, context.Options.BatchSequences, executeMs);
    }

    /// <summary>T_execute by level, from the number of sequences on each.</summary>
    internal static void ExecuteMs(
        ReadOnlySpan<int> counts,
        double quantumMs,
        double ratio,
        int stepSequences,
        Span<double> executeMs
    )
    {
        var above = 0;
        executeMs[0] = 0;
        for (var level = 1; level < executeMs.Length; level++, quantumMs *= ratio)
        {
            above += counts[level - 1];
            executeMs[level] = executeMs[level - 1] + quantumMs * above / stepSequences;
        }
    }
}
