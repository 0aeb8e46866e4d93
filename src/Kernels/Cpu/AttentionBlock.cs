// Owns the computation of one item of paged attention: its rows against the positions of a split, and how splits add up.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal unsafe struct AttentionBlock<TLanes, TSplit>
    where TLanes : unmanaged, ILanes<TLanes>
    where TSplit : unmanaged, IAttentionSplit<TSplit>
{
    private readonly AttentionItem _item;
    private readonly TSplit _split;

    /// <summary>An item of a sequence, of <see cref="AttentionJob.ItemsOf"/>.</summary>
    public AttentionBlock(in AttentionJob job, int sequence, int item, float* memory)
    {
        long state = RowState.Floats(job);
        Running = new RowState(job, memory);
        Total = new RowState(job, memory + state);
        var ranges = new RowRanges((int*)(memory + 2 * state));
        _item = new AttentionItem(job, job.Sequences[sequence], item, ranges);
        _split = TSplit.Create(_item, memory + 2 * state + RowRanges.Floats(job));

        First = int.MaxValue;
        End = 0;
        for (int row = 0; row < _item.Rows; row++)
        {
            var (first, end) = _item.Sequence.VisibleRange(
                (_item.FirstRow + row) / job.Group,
                job.Window,
                job.Bidirectional
            );
            ranges.See(row, first, end);
            First = Math.Min(First, first);
            End = Math.Max(End, end);
            _split.Ask(row, RowOf(job.Query, row, job.Keys.HeadDim));
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
        2 * RowState.Floats(job) + RowRanges.Floats(job) + TSplit.Floats(job);

    /// <summary>Runs the softmax over one split, from nothing.</summary>
    public readonly void Accumulate(int split)
    {
        Running.Clear();
        int start = Math.Max(First, split * AttentionJob.Split);
        int end = (int)Math.Min(End, (split + 1L) * AttentionJob.Split);
        if (start < end)
            _split.Accumulate(start, end, End, Running);
    }

    /// <summary>Adds a split's running softmax to the total. A row's first split is taken as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Merge(in RowState part)
    {
        int width = _item.Job.ValueWidth;
        for (int row = 0; row < _item.Rows; row++)
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Finish()
    {
        int width = _item.Job.ValueWidth;
        int dim = _item.Job.Values.HeadDim;
        for (int row = 0; row < _item.Rows; row++)
        {
            float weights = Total.Weights[row];
            float factor = 1;
            if (_item.Job.Sinks is not null)
            {
                float sink = _item.Job.Sinks[_item.KvHead * _item.Job.Group + (_item.FirstRow + row) % _item.Job.Group];
                float largest = Math.Max(Total.Largest[row], sink);
                factor = Exp(Total.Largest[row] - largest);
                weights = weights * factor + Exp(sink - largest);
            }
            var inverse = TLanes.Create(factor / weights);
            float* sum = Total.Values + row * width;
            float* output = RowOf(_item.Job.Output, row, dim);
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

    private readonly float* RowOf(float* rows, int row, int dim)
    {
        int pair = _item.FirstRow + row;
        long query = _item.Sequence.QueryStart + pair / _item.Job.Group;
        int head = _item.KvHead * _item.Job.Group + pair % _item.Job.Group;
        return rows + (query * _item.Job.Heads + head) * dim;
    }

    private static float Exp(float x)
    {
        float* lanes = stackalloc float[16];
        TLanes.Store(lanes, LaneMath.Exp(TLanes.Create(x)));
        return lanes[0];
    }
}
