// Owns the gradient of attention for one sequence and one key/value head (the backward pass of FlashAttention-2, arXiv
// 2307.08691, without its tiling: training sequences are short enough for a row of scores).
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct AttentionGradientBlock<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows whose keys' and values' gradients are added at a time.</summary>
    private const int Batch = 4;

    private readonly AttentionGradientJob _job;
    private readonly int _first;
    private readonly int _rows;
    private readonly int _kvHead;
    private readonly int _width;
    private readonly int _columns;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly float* _keyChange;
    private readonly float* _valueChange;
    private readonly float* _weights;
    private readonly float* _scoreChange;
    private readonly float* _query;
    private readonly float* _change;
    private readonly float* _sum;

    public AttentionGradientBlock(in AttentionGradientJob job, int first, int end, int kvHead, float* memory)
    {
        _job = job;
        _first = first;
        _rows = end - first;
        _kvHead = kvHead;
        _width = job.Width;
        _columns = (_rows + 15) & ~15;
        int matrix = _columns * _width;
        _keys = memory;
        _values = _keys + matrix;
        _keyChange = _values + matrix;
        _valueChange = _keyChange + matrix;
        _weights = _valueChange + matrix;
        _scoreChange = _weights + Batch * _columns;
        _query = _scoreChange + Batch * _columns;
        _change = _query + Batch * _width;
        _sum = _change + Batch * _width;
        new Span<float>(memory, 4 * matrix).Clear();
        new Span<float>(_query, 2 * Batch * _width).Clear();
        for (int row = 0; row < _rows; row++)
        {
            CacheTile<TLanes>.Copy(KvRow(job.Keys, row), _keys + row * _width, job.HeadDim);
            CacheTile<TLanes>.Copy(KvRow(job.Values, row), _values + row * _width, job.HeadDim);
        }
    }

    public static long Floats(in AttentionGradientJob job)
    {
        long columns = (job.Longest + 15) & ~15;
        return (4 * columns + 2 * Batch + 1) * job.Width + 2 * Batch * columns;
    }

    public void Run()
    {
        for (int head = _kvHead * _job.Group; head < (_kvHead + 1) * _job.Group; head++)
        for (int row = 0; row < _rows; row += Batch)
        {
            int count = Math.Min(Batch, _rows - row);
            for (int i = 0; i < count; i++)
                Differentiate(head, row + i, i, row + count);
            AddProducts(_scoreChange, _query, _keyChange, count, row + count);
            AddProducts(_weights, _change, _valueChange, count, row + count);
        }
        for (int row = 0; row < _rows; row++)
        {
            Write(_keyChange + row * _width, KvRow(_job.KeyChange, row));
            Write(_valueChange + row * _width, KvRow(_job.ValueChange, row));
        }
    }

    /// <summary>The weights of a row, the gradient of its scores and that of its query.</summary>
    /// <param name="head">Query head.</param>
    /// <param name="row">Row of the sequence, which sees positions 0 to itself.</param>
    /// <param name="slot">Its place in the batch.</param>
    /// <param name="end">Positions that the batch sees; those that this row does not see get zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Differentiate(int head, int row, int slot, int end)
    {
        float* query = _query + slot * _width;
        float* change = _change + slot * _width;
        CacheTile<TLanes>.Copy(QueryRow(_job.Query, head, row), query, _job.HeadDim);
        CacheTile<TLanes>.Copy(QueryRow(_job.Gradient, head, row), change, _job.HeadDim);
        float* weights = _weights + slot * _columns;
        float* scores = _scoreChange + slot * _columns;
        int seen = row + 1;
        for (int start = 0; start < seen; start += 16)
        {
            AttentionTile<TLanes>.Scores(query, _keys + start * _width, _width, weights + start);
            AttentionTile<TLanes>.Scores(change, _values + start * _width, _width, scores + start);
        }
        int padded = (seen + 15) & ~15;
        int columns = (end + 15) & ~15;
        for (int i = seen; i < padded; i++)
            weights[i] = float.NegativeInfinity;
        for (int i = padded; i < columns; i++)
            weights[i] = scores[i] = 0;

        var scale = TLanes.Create(_job.Scale);
        float max = float.NegativeInfinity;
        for (int i = 0; i < padded; i += 16)
            max = Math.Max(max, TLanes.Largest(TLanes.Load(weights + i)));
        var largest = TLanes.Create(max) * scale;
        var sums = TLanes.Zero;
        var products = TLanes.Zero;
        for (int i = 0; i < padded; i += 16)
        {
            var weight = LaneMath.Exp(TLanes.Load(weights + i) * scale - largest);
            TLanes.Store(weights + i, weight);
            sums += weight;
            products = TLanes.Fma(weight, TLanes.Load(scores + i), products);
        }
        float sum = TLanes.Sum(sums);
        var inverse = TLanes.Create(1 / sum);
        var mean = TLanes.Create(TLanes.Sum(products) / sum);
        for (int i = 0; i < padded; i += 16)
        {
            var weight = TLanes.Load(weights + i) * inverse;
            TLanes.Store(weights + i, weight);
            TLanes.Store(scores + i, weight * (TLanes.Load(scores + i) - mean) * scale);
        }
        new Span<float>(_sum, _width).Clear();
        AttentionTile<TLanes>.AddValues(_keys, _width, scores, seen, 0, _sum);
        Write(_sum, QueryRow(_job.QueryChange, head, row));
    }

    /// <summary>sums[p, :] += Σ factors[i, p] · rows[i, :] for every position below <paramref name="end"/>, i ascending.</summary>
    private void AddProducts(float* factors, float* rows, float* sums, int count, int end)
    {
        for (int i = 0; i < _width; i += 16)
        {
            if (count == Batch)
                AddFour(factors, rows + i, sums + i, end);
            else
                AddFewer(factors, rows + i, sums + i, count, end);
        }
    }

    /// <summary>16 elements of a batch's rows stay in registers while the positions pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddFour(float* factors, float* rows, float* sums, int end)
    {
        int columns = _columns;
        int width = _width;
        var first = TLanes.Load(rows);
        var second = TLanes.Load(rows + width);
        var third = TLanes.Load(rows + 2 * width);
        var fourth = TLanes.Load(rows + 3 * width);
        for (int position = 0; position < end; position++)
        {
            var sum = TLanes.Fma(TLanes.Create(factors[0]), first, TLanes.Load(sums));
            sum = TLanes.Fma(TLanes.Create(factors[columns]), second, sum);
            sum = TLanes.Fma(TLanes.Create(factors[2 * columns]), third, sum);
            TLanes.Store(sums, TLanes.Fma(TLanes.Create(factors[3 * columns]), fourth, sum));
            factors++;
            sums += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddFewer(float* factors, float* rows, float* sums, int count, int end)
    {
        for (int position = 0; position < end; position++, sums += _width)
        {
            var sum = TLanes.Load(sums);
            for (int row = 0; row < count; row++)
                sum = TLanes.Fma(
                    TLanes.Create(factors[row * _columns + position]),
                    TLanes.Load(rows + row * _width),
                    sum
                );
            TLanes.Store(sums, sum);
        }
    }

    private void Write(float* source, float* target)
    {
        int i = 0;
        for (; i + 16 <= _job.HeadDim; i += 16)
            TLanes.Store(target + i, TLanes.Load(source + i));
        if (i < _job.HeadDim)
            Partial.Store(target + i, TLanes.Load(source + i), _job.HeadDim - i);
    }

    private float* KvRow(float* rows, int row) => rows + ((long)(_first + row) * _job.KvHeads + _kvHead) * _job.HeadDim;

    private float* QueryRow(float* rows, int head, int row) =>
        rows + ((long)(_first + row) * _job.Heads + head) * _job.HeadDim;
}
