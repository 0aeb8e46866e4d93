// Owns how the scores of an item's rows in a tile become the weights of the running softmax.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct TileWeights<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly RowRanges _ranges;
    private readonly ScoreShape<TLanes> _shape;
    private readonly float* _scores;
    private readonly float* _sums;

    public TileWeights(in AttentionJob job, RowRanges ranges, float* memory)
    {
        _ranges = ranges;
        _scores = memory;
        Factors = _scores + job.ItemRows * AttentionJob.Tile;
        _sums = Factors + job.ItemRows;
        _shape = new ScoreShape<TLanes>(job, _sums + job.ItemRows);
    }

    /// <summary>Per row what its sums so far are multiplied with, as the largest score grew.</summary>
    public float* Factors { get; }

    public static long Floats(in AttentionJob job) =>
        job.ItemRows * (AttentionJob.Tile + 2) + ScoreShape<TLanes>.Floats;

    /// <summary>A row's scores, then weights.</summary>
    public float* Scores(int row) => _scores + row * AttentionJob.Tile;

    /// <summary>The row's visible part of a tile, relative to the tile.</summary>
    public (int From, int To) Visible(int row, int tile) => _ranges.Visible(row, tile, AttentionJob.Tile);

    /// <summary>
    /// Turns the scores of a tile into weights and updates the largest scores and sums of weights. In steps over all rows,
    /// so that one row need not wait for another and one exponential serves the factors of sixteen rows; each a method, as one
    /// that held all three would exceed what the compiler inlines.
    /// </summary>
    public void Weigh(int tile, int rows, in RowState running)
    {
        Raise(tile, rows, running.Largest);
        Exponentiate(tile, rows, running.Largest);
        Fold(rows, running.Weights);
    }

    /// <summary>Shapes the scores, and lets the largest of each row join its largest so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Raise(int tile, int rows, float* largests)
    {
        for (int row = 0; row < rows; row++)
        {
            Factors[row] = 0;
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* scores = Scores(row);
            var low = _shape.Of(scores, 0, from, to);
            var high = _shape.Of(scores, 16, from, to);
            TLanes.Store(scores, low);
            TLanes.Store(scores + 16, high);
            float previous = largests[row];
            float largest = Math.Max(previous, TLanes.Largest(TLanes.Max(low, high)));
            Factors[row] = previous - largest;
            largests[row] = largest;
        }
    }

    /// <summary>Scores to weights, and their sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Exponentiate(int tile, int rows, float* largests)
    {
        for (int row = 0; row < rows; row++)
        {
            _sums[row] = 0;
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* scores = Scores(row);
            var largest = TLanes.Create(largests[row]);
            var low = LaneMath.Exp(TLanes.Load(scores) - largest);
            var high = LaneMath.Exp(TLanes.Load(scores + 16) - largest);
            TLanes.Store(scores, low);
            TLanes.Store(scores + 16, high);
            _sums[row] = TLanes.Sum(low + high);
        }
    }

    /// <summary>Differences of largest scores to factors, and the sums of weights after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Fold(int rows, float* totals)
    {
        for (int row = 0; row < rows; row += 16)
        {
            var factors = LaneMath.Exp(TLanes.Load(Factors + row));
            TLanes.Store(Factors + row, factors);
            float* weights = totals + row;
            TLanes.Store(weights, TLanes.Load(weights) * factors + TLanes.Load(_sums + row));
        }
    }
}
