// Owns attention over a split in vectors: scores of a tile of positions, the running softmax, and the weighted values.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct VectorSplit<TLanes> : IAttentionSplit<VectorSplit<TLanes>>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionItem _item;
    private readonly float* _query;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly TileWeights<TLanes> _weights;

    private VectorSplit(in AttentionItem item, float* memory)
    {
        _item = item;
        _query = memory;
        _keys = _query + item.Job.ItemRows * item.Job.KeyWidth;
        _values = _keys + AttentionJob.Tile * item.Job.KeyWidth;
        _weights = new TileWeights<TLanes>(item.Job, item.Ranges, _values + AttentionJob.Tile * item.Job.ValueWidth);
    }

    public static VectorSplit<TLanes> Create(in AttentionItem item, float* memory) => new(item, memory);

    public static long Floats(in AttentionJob job) =>
        job.ItemRows * job.KeyWidth
        + AttentionJob.Tile * (job.KeyWidth + job.ValueWidth)
        + TileWeights<TLanes>.Floats(job);

    public void Ask(int row, float* query) =>
        CacheTile<TLanes>.Copy(query, _query + row * _item.Job.KeyWidth, _item.Job.Keys.HeadDim);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Accumulate(int start, int end, int last, in RowState running)
    {
        for (int tile = start / AttentionJob.Tile * AttentionJob.Tile; tile < end; tile += AttentionJob.Tile)
        {
            int from = Math.Max(start, tile);
            int to = Math.Min(end, tile + AttentionJob.Tile);
            CacheTile<TLanes>.Load(_item, _item.Job.Keys, from, to, tile, _keys, last);
            Score(tile);
            _weights.Weigh(tile, _item.Rows, running);
            CacheTile<TLanes>.Load(_item, _item.Job.Values, from, to, tile, _values, last);
            AddValues(tile, running);
        }
    }

    /// <summary>
    /// Scores of all rows in a tile; only the halves of the tile that a row sees some of. Of positions it does not see
    /// they are products with whatever the tile holds, which are hidden before they count.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Score(int tile)
    {
        int width = _item.Job.KeyWidth;
        for (int row = 0; row < _item.Rows; row++)
        {
            var (from, to) = _weights.Visible(row, tile);
            float* scores = _weights.Scores(row);
            float* query = _query + row * width;
            for (int start = from & -16; start < to; start += 16)
                AttentionTile<TLanes>.Scores(query, _keys + start * width, width, scores + start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddValues(int tile, in RowState running)
    {
        int width = _item.Job.ValueWidth;
        for (int row = 0; row < _item.Rows; row++)
        {
            var (from, to) = _weights.Visible(row, tile);
            if (from >= to)
                continue;
            float* values = _values + from * width;
            float* weights = _weights.Scores(row) + from;
            float* sum = running.Values + row * width;
            if (row + 1 < _item.Rows && _weights.Visible(row + 1, tile) == (from, to))
            {
                AttentionTile<TLanes>.AddValuesToTwo(values, width, weights, to - from, _weights.Factors + row, sum);
                row++;
            }
            else
                AttentionTile<TLanes>.AddValues(values, width, weights, to - from, _weights.Factors[row], sum);
        }
    }
}
