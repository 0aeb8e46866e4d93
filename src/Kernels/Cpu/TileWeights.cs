// Owns what becomes of the scores of an item's rows in a tile: scaled, capped, hidden where a row does not see, and turned
// into the weights of the running softmax.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct TileWeights<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly float _scale;
    private readonly float _softCap;
    private readonly float* _scores;
    private readonly float* _sums;

    /// <summary>0, 1, 2 … in a tile, to compare with ranges.</summary>
    private readonly float* _places;

    /// <summary>Each row's visible positions: first, then end.</summary>
    private readonly int* _ranges;

    public TileWeights(in AttentionJob job, float* memory)
    {
        _scale = job.Scale;
        _softCap = job.SoftCap;
        _scores = memory;
        Factors = _scores + job.ItemRows * AttentionJob.Tile;
        _sums = Factors + job.ItemRows;
        _places = _sums + job.ItemRows;
        _ranges = (int*)(_places + AttentionJob.Tile);
        for (int i = 0; i < AttentionJob.Tile; i++)
            _places[i] = i;
    }

    /// <summary>Per row what its sums so far are multiplied with, as the largest score grew.</summary>
    public float* Factors { get; }

    public static long Floats(in AttentionJob job) => job.ItemRows * (AttentionJob.Tile + 4) + AttentionJob.Tile;

    /// <summary>A row's scores, then weights.</summary>
    public float* Scores(int row) => _scores + row * AttentionJob.Tile;

    /// <summary>Says which positions a row sees.</summary>
    public void See(int row, int first, int end)
    {
        _ranges[2 * row] = first;
        _ranges[2 * row + 1] = end;
    }

    /// <summary>The row's visible part of a tile, relative to the tile.</summary>
    public (int From, int To) Visible(int row, int tile) =>
        (Math.Max(0, _ranges[2 * row] - tile), Math.Min(AttentionJob.Tile, _ranges[2 * row + 1] - tile));

    /// <summary>
    /// Turns the scores of a tile into weights and updates the largest scores and sums of weights. In steps over all rows,
    /// so that one row need not wait for another and one exponential serves the factors of sixteen rows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Weigh(int tile, int rows, in RowState running)
    {
        for (int row = 0; row < rows; row++)
        {
            Factors[row] = 0;
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* scores = Scores(row);
            var low = Shape(scores, 0, from, to);
            var high = Shape(scores, 16, from, to);
            TLanes.Store(scores, low);
            TLanes.Store(scores + 16, high);
            float previous = running.Largest[row];
            float largest = Math.Max(previous, TLanes.Largest(TLanes.Max(low, high)));
            Factors[row] = previous - largest;
            running.Largest[row] = largest;
        }
        for (int row = 0; row < rows; row++)
        {
            _sums[row] = 0;
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* scores = Scores(row);
            var largest = TLanes.Create(running.Largest[row]);
            var low = LaneMath.Exp(TLanes.Load(scores) - largest);
            var high = LaneMath.Exp(TLanes.Load(scores + 16) - largest);
            TLanes.Store(scores, low);
            TLanes.Store(scores + 16, high);
            _sums[row] = TLanes.Sum(low + high);
        }
        for (int row = 0; row < rows; row += 16)
        {
            var factors = LaneMath.Exp(TLanes.Load(Factors + row));
            TLanes.Store(Factors + row, factors);
            float* weights = running.Weights + row;
            TLanes.Store(weights, TLanes.Load(weights) * factors + TLanes.Load(_sums + row));
        }
    }

    /// <summary>16 dot products scaled and capped; -∞ at positions the row does not see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Shape(float* scores, int start, int from, int to)
    {
        var score = TLanes.Load(scores + start) * TLanes.Create(_scale);
        if (_softCap != 0)
        {
            var cap = TLanes.Create(_softCap);
            score = cap * LaneMath.Tanh(score / cap);
        }
        if (from <= start && to >= start + 16)
            return score;
        var hidden = TLanes.Create(float.NegativeInfinity);
        var at = TLanes.Load(_places + start);
        return TLanes.WhereLess(
            at,
            TLanes.Create(from),
            hidden,
            TLanes.WhereLess(at, TLanes.Create(to), score, hidden)
        );
    }
}
