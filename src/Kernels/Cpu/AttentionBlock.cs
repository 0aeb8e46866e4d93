// Owns the computation of one item of paged attention: its rows against the positions of a split, tile by tile.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal unsafe struct AttentionBlock<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionJob _job;
    private readonly AttentionSequence _sequence;
    private readonly int _kvHead;
    private readonly int _firstRow;
    private readonly int _rows;
    private readonly float* _query;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly float* _scores;
    private readonly float* _factors;

    /// <summary>Each row's visible positions: first, then end.</summary>
    private readonly int* _ranges;

    /// <summary>0, 1, 2 … in a tile, to compare with ranges.</summary>
    private readonly float* _places;

    public AttentionBlock(in AttentionJob job, int item, float* memory)
    {
        _job = job;
        int index = 0;
        int blocks = job.BlocksOf(job.Sequences[0]);
        while (item >= job.KvHeads * blocks)
        {
            item -= job.KvHeads * blocks;
            index++;
            blocks = job.BlocksOf(job.Sequences[index]);
        }
        _sequence = job.Sequences[index];
        _kvHead = item / blocks;
        _firstRow = item % blocks * AttentionJob.Rows;
        _rows = Math.Min(AttentionJob.Rows, _sequence.QueryCount * job.Group - _firstRow);

        long state = RowState.Floats(job);
        Running = new RowState(job, memory);
        Total = new RowState(job, memory + state);
        _query = memory + 2 * state;
        _keys = _query + AttentionJob.Rows * job.KeyWidth;
        _values = _keys + AttentionJob.Tile * job.KeyWidth;
        _scores = _values + AttentionJob.Tile * job.ValueWidth;
        _factors = _scores + AttentionJob.Rows * AttentionJob.Tile;
        _places = _factors + AttentionJob.Rows;
        _ranges = (int*)(_places + AttentionJob.Tile);
        for (int i = 0; i < AttentionJob.Tile; i++)
            _places[i] = i;

        First = int.MaxValue;
        End = 0;
        for (int row = 0; row < _rows; row++)
        {
            int query = (_firstRow + row) / job.Group;
            var (first, end) = _sequence.VisibleRange(query, job.Window, job.Bidirectional);
            _ranges[2 * row] = first;
            _ranges[2 * row + 1] = end;
            First = Math.Min(First, first);
            End = Math.Max(End, end);
            CacheTile<TLanes>.Copy(
                RowOf(job.Query, row, job.Keys.HeadDim),
                _query + row * job.KeyWidth,
                job.Keys.HeadDim
            );
        }
    }

    /// <summary>First position that any row sees.</summary>
    public int First { get; }

    /// <summary>End of the positions that any row sees.</summary>
    public int End { get; }

    /// <summary>What <see cref="Accumulate"/> fills.</summary>
    public RowState Running { get; set; }

    /// <summary>What <see cref="Merge"/> adds to.</summary>
    public RowState Total { get; }

    public static long Floats(in AttentionJob job) =>
        2 * RowState.Floats(job)
        + AttentionJob.Rows * job.KeyWidth
        + AttentionJob.Tile * (job.KeyWidth + job.ValueWidth)
        + AttentionJob.Rows * (AttentionJob.Tile + 3)
        + AttentionJob.Tile;

    /// <summary>Runs the softmax over one split, from nothing.</summary>
    public readonly void Accumulate(int split)
    {
        Running.Clear();
        int start = Math.Max(First, split * AttentionJob.Split);
        int end = (int)Math.Min(End, (split + 1L) * AttentionJob.Split);
        for (int tile = start / AttentionJob.Tile * AttentionJob.Tile; tile < end; tile += AttentionJob.Tile)
        {
            int from = Math.Max(start, tile);
            int to = Math.Min(end, tile + AttentionJob.Tile);
            CacheTile<TLanes>.Load(_job, _job.Keys, _sequence, _kvHead, from, to, tile, _keys);
            Score(tile);
            CacheTile<TLanes>.Load(_job, _job.Values, _sequence, _kvHead, from, to, tile, _values);
            AddValues(tile);
        }
    }

    /// <summary>Adds a split's running softmax to the total. A row's first split is taken as it is.</summary>
    public readonly void Merge(in RowState part)
    {
        int width = _job.ValueWidth;
        for (int row = 0; row < _rows; row++)
        {
            if (float.IsNegativeInfinity(part.Largest[row]))
                continue;
            float* sum = Total.Values + row * width;
            float* added = part.Values + row * width;
            if (float.IsNegativeInfinity(Total.Largest[row]))
            {
                Total.Largest[row] = part.Largest[row];
                Total.Weights[row] = part.Weights[row];
                Unsafe.CopyBlock(sum, added, (uint)width * sizeof(float));
                continue;
            }
            float largest = Math.Max(Total.Largest[row], part.Largest[row]);
            float keep = Exp(Total.Largest[row] - largest);
            float take = Exp(part.Largest[row] - largest);
            Total.Largest[row] = largest;
            Total.Weights[row] = Total.Weights[row] * keep + part.Weights[row] * take;
            for (int i = 0; i < width; i += 16)
            {
                var kept = TLanes.Load(sum + i) * TLanes.Create(keep);
                TLanes.Store(sum + i, TLanes.Fma(TLanes.Load(added + i), TLanes.Create(take), kept));
            }
        }
    }

    /// <summary>Lets the sinks join, divides by the weights and writes the rows out.</summary>
    public readonly void Finish()
    {
        int width = _job.ValueWidth;
        int dim = _job.Values.HeadDim;
        for (int row = 0; row < _rows; row++)
        {
            float weights = Total.Weights[row];
            float factor = 1;
            if (_job.Sinks is not null)
            {
                float sink = _job.Sinks[_kvHead * _job.Group + (_firstRow + row) % _job.Group];
                float largest = Math.Max(Total.Largest[row], sink);
                factor = Exp(Total.Largest[row] - largest);
                weights = weights * factor + Exp(sink - largest);
            }
            var inverse = TLanes.Create(factor / weights);
            float* sum = Total.Values + row * width;
            float* output = RowOf(_job.Output, row, dim);
            for (int i = 0; i < dim; i += 16)
            {
                var value = TLanes.Load(sum + i) * inverse;
                if (i + 16 <= dim)
                    TLanes.Store(output + i, value);
                else
                    Partial.Store(output + i, value, dim - i);
            }
        }
    }

    /// <summary>Scores of all rows in a tile, turned into weights; updates the largest scores and sums of weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Score(int tile)
    {
        int width = _job.KeyWidth;
        for (int row = 0; row < _rows; row++)
        {
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* scores = _scores + row * AttentionJob.Tile;
            float* query = _query + row * width;
            int position = from;
            for (; position + 4 <= to; position += 4)
                Dot4(query, _keys + position * width, width, scores + position);
            for (; position < to; position++)
                scores[position] = Dot(query, _keys + position * width, width);

            var low = Shape(scores, 0, from, to);
            var high = Shape(scores, 16, from, to);
            float previous = Running.Largest[row];
            float largest = Math.Max(previous, TLanes.Largest(TLanes.Max(low, high)));
            low = LaneMath.Exp(low - TLanes.Create(largest));
            high = LaneMath.Exp(high - TLanes.Create(largest));
            TLanes.Store(scores, low);
            TLanes.Store(scores + 16, high);
            float factor = Exp(previous - largest);
            _factors[row] = factor;
            Running.Largest[row] = largest;
            Running.Weights[row] = Running.Weights[row] * factor + TLanes.Sum(low + high);
        }
    }

    /// <summary>16 dot products scaled and capped; -∞ at positions the row does not see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly TLanes Shape(float* scores, int start, int from, int to)
    {
        var score = TLanes.Load(scores + start) * TLanes.Create(_job.Scale);
        if (_job.SoftCap != 0)
        {
            var cap = TLanes.Create(_job.SoftCap);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddValues(int tile)
    {
        int width = _job.ValueWidth;
        for (int row = 0; row < _rows; row++)
        {
            var (from, to) = Visible(row, tile);
            if (from >= to)
                continue;
            float* weights = _scores + row * AttentionJob.Tile;
            float* sum = Running.Values + row * width;
            var factor = TLanes.Create(_factors[row]);
            int i = 0;
            for (; i + 64 <= width; i += 64)
            {
                var a = TLanes.Load(sum + i) * factor;
                var b = TLanes.Load(sum + i + 16) * factor;
                var c = TLanes.Load(sum + i + 32) * factor;
                var d = TLanes.Load(sum + i + 48) * factor;
                float* value = _values + from * width + i;
                for (int position = from; position < to; position++, value += width)
                {
                    var weight = TLanes.Create(weights[position]);
                    a = TLanes.Fma(weight, TLanes.Load(value), a);
                    b = TLanes.Fma(weight, TLanes.Load(value + 16), b);
                    c = TLanes.Fma(weight, TLanes.Load(value + 32), c);
                    d = TLanes.Fma(weight, TLanes.Load(value + 48), d);
                }
                TLanes.Store(sum + i, a);
                TLanes.Store(sum + i + 16, b);
                TLanes.Store(sum + i + 32, c);
                TLanes.Store(sum + i + 48, d);
            }
            for (; i < width; i += 16)
            {
                var a = TLanes.Load(sum + i) * factor;
                for (int position = from; position < to; position++)
                    a = TLanes.Fma(TLanes.Create(weights[position]), TLanes.Load(_values + position * width + i), a);
                TLanes.Store(sum + i, a);
            }
        }
    }

    /// <summary>The row's visible part of a tile, relative to the tile.</summary>
    private readonly (int From, int To) Visible(int row, int tile) =>
        (Math.Max(0, _ranges[2 * row] - tile), Math.Min(AttentionJob.Tile, _ranges[2 * row + 1] - tile));

    private readonly float* RowOf(float* rows, int row, int dim)
    {
        int pair = _firstRow + row;
        long query = _sequence.QueryStart + pair / _job.Group;
        int head = _kvHead * _job.Group + pair % _job.Group;
        return rows + (query * _job.Heads + head) * dim;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(float* x, float* y, int width)
    {
        var sum = TLanes.Zero;
        for (int i = 0; i < width; i += 16)
            sum = TLanes.Fma(TLanes.Load(x + i), TLanes.Load(y + i), sum);
        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dot4(float* x, float* keys, int width, float* scores)
    {
        var a = TLanes.Zero;
        var b = TLanes.Zero;
        var c = TLanes.Zero;
        var d = TLanes.Zero;
        for (int i = 0; i < width; i += 16)
        {
            var value = TLanes.Load(x + i);
            a = TLanes.Fma(value, TLanes.Load(keys + i), a);
            b = TLanes.Fma(value, TLanes.Load(keys + width + i), b);
            c = TLanes.Fma(value, TLanes.Load(keys + 2 * width + i), c);
            d = TLanes.Fma(value, TLanes.Load(keys + 3 * width + i), d);
        }
        scores[0] = TLanes.Sum(a);
        scores[1] = TLanes.Sum(b);
        scores[2] = TLanes.Sum(c);
        scores[3] = TLanes.Sum(d);
    }

    private static float Exp(float x)
    {
        float* lanes = stackalloc float[16];
        TLanes.Store(lanes, LaneMath.Exp(TLanes.Create(x)));
        return lanes[0];
    }
}
