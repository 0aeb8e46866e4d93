// Owns what one step computes.
using System.Runtime.InteropServices;

namespace Tern.Scheduling;

/// <summary>
/// One step. The batches of a lane run in the order of <see cref="Step"/>. Before a step, its <see cref="Moves"/> happen in
/// order. Objects are reused: inputs are to be built from it before the scheduler's next call, and after <see cref="Scheduler.Complete"/> it is valid until the next <see cref="Scheduler.Next"/>.
/// </summary>
public sealed class Batch
{
    private readonly List<BatchItem> _items = [];
    private readonly List<BatchSample> _samples = [];
    private readonly List<BlockMove> _moves = [];
    private readonly List<Sequence> _ended = [];
    private int[] _moved = []; // of each move its sources, then its targets
    private int _movedCount;

    internal Batch() { }

    /// <summary>Number of the step among all of its scheduler, from 1.</summary>
    public long Step { get; private set; }

    /// <summary>The lane it runs in.</summary>
    public Lane Lane { get; private set; }

    /// <summary>When it was decided, in ms.</summary>
    public double StartMs { get; private set; }

    /// <summary>The sequences and their tokens.</summary>
    public ReadOnlySpan<BatchItem> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>The tokens to sample, ordered by item and then by answer.</summary>
    public ReadOnlySpan<BatchSample> Samples => CollectionsMarshal.AsSpan(_samples);

    /// <summary>Copies of blocks to perform, in order, before the step; those ahead of time may take longer.</summary>
    public ReadOnlySpan<BlockMove> Moves => CollectionsMarshal.AsSpan(_moves);

    /// <summary>The blocks that a move copies: of the device, or (<see cref="BlockMoveKind.In"/>) of the host.</summary>
    public ReadOnlySpan<int> Sources(in BlockMove move) => _moved.AsSpan(move.Offset, move.Count);

    /// <summary>The blocks they are copied to, parallel to the sources: of the device, or (<see cref="BlockMoveKind.Out"/>) of the host.</summary>
    public ReadOnlySpan<int> Targets(in BlockMove move) => _moved.AsSpan(move.Offset + move.Count, move.Count);

    /// <summary>
    /// Answers that are over with this step, known after <see cref="Scheduler.Complete"/>: of its samples, and where answers are handed out
    /// together, of earlier steps'.
    /// </summary>
    public ReadOnlySpan<Sequence> Ended => CollectionsMarshal.AsSpan(_ended);

    /// <summary>Rows of the step: tokens over all items.</summary>
    public int TokenCount { get; private set; }

    internal void Reset(long step, Lane lane, double nowMs)
    {
        _items.Clear();
        _samples.Clear();
        _moves.Clear();
        _ended.Clear();
        TokenCount = _movedCount = 0;
        (Step, Lane, StartMs) = (step, lane, nowMs);
    }

    internal void Add(BatchItem item)
    {
        _items.Add(item);
        TokenCount += item.Count;
    }

    internal void Add(BatchSample sample) => _samples.Add(sample);

    internal void Move(
        BlockMoveKind kind,
        Sequence sequence,
        ReadOnlySpan<int> from,
        ReadOnlySpan<int> to,
        bool ahead = false
    )
    {
        var move = new BlockMove(kind, sequence, from.Length, _movedCount, ahead);
        _movedCount += 2 * move.Count;
        if (_moved.Length < _movedCount)
            Array.Resize(ref _moved, Math.Max(_movedCount, 2 * _moved.Length));
        from.CopyTo(_moved.AsSpan(move.Offset, move.Count));
        to.CopyTo(_moved.AsSpan(move.Offset + move.Count, move.Count));
        _moves.Add(move);
    }

    internal void AddEnded(Sequence sequence) => _ended.Add(sequence);
}
