// Owns batch normalization of the CPU backend. Sums over the rows are made for blocks of a fixed number of rows, in order,
// and the blocks' added in order in double precision, so that they depend neither on the threads nor on the vector width.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Images;

internal static unsafe partial class BatchNormalization
{
    /// <summary>Rows of a block: some columns of them stay in the second-level cache for the second pass.</summary>
    private const int BlockRows = 256;

    /// <summary>Columns of a task.</summary>
    private const int TaskColumns = 64;

    public static void Forward<TLanes>(CpuContext context, in BatchNormJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int blocks = (job.Rows + BlockRows - 1) / BlockRows;
        int groups = (job.Channels + TaskColumns - 1) / TaskColumns;
        long sums = (long)blocks * job.Channels;
        float* memory = context.Scratch.Reserve(2 * sums);
        var block = new BlockBody<TLanes>(job, memory, memory + sums, groups);
        context.Pool.Run(checked(blocks * groups), ref block);
        var merge = new MergeBody(job, memory, memory + sums, blocks);
        context.Pool.Run(groups, ref merge);
        Apply<TLanes>(context, job);
    }

    /// <summary>Normalizes by the statistics that are there.</summary>
    public static void Apply<TLanes>(CpuContext context, in BatchNormJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* scales = context.Scratch.Reserve(job.Channels);
        for (int i = 0; i < job.Channels; i++)
            scales[i] = (float)(job.Weight[i] / Math.Sqrt((double)job.Variances[i] + job.Epsilon));
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / job.Channels);
        var body = new ApplyBody<TLanes>(job, scales, rowsPerTask);
        context.Pool.Run((job.Rows + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Load<TLanes>(float* source, int i, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        i + 16 <= end ? TLanes.Load(source + i) : Partial.Load<TLanes>(source + i, end - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* target, int i, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (i + 16 <= end)
            TLanes.Store(target + i, value);
        else
            Partial.Store(target + i, value, end - i);
    }

    /// <summary>Means of the columns of a block, and sums of the squared distances from them.</summary>
    private readonly struct BlockBody<TLanes>(BatchNormJob job, float* means, float* squares, int groups)
        : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int start = task / groups * BlockRows;
            int rows = Math.Min(BlockRows, job.Rows - start);
            int first = task % groups * TaskColumns;
            int end = Math.Min(job.Channels, first + TaskColumns);
            float* mean = means + (long)(task / groups) * job.Channels;
            float* square = squares + (long)(task / groups) * job.Channels;
            float* x = job.Input + (long)start * job.Channels;
            new Span<float>(mean + first, end - first).Clear();
            new Span<float>(square + first, end - first).Clear();
            for (int row = 0; row < rows; row++)
            for (int i = first; i < end; i += 16)
                Store(mean, i, end, Load<TLanes>(mean, i, end) + Load<TLanes>(x + (long)row * job.Channels, i, end));
            for (int i = first; i < end; i++)
                mean[i] /= rows;
            for (int row = 0; row < rows; row++)
            for (int i = first; i < end; i += 16)
            {
                var distance = Load<TLanes>(x + (long)row * job.Channels, i, end) - Load<TLanes>(mean, i, end);
                Store(square, i, end, TLanes.Fma(distance, distance, Load<TLanes>(square, i, end)));
            }
        }
    }

    /// <summary>Statistics of all rows from those of the blocks: squared distances grow by those of the blocks' means.</summary>
    private readonly struct MergeBody(BatchNormJob job, float* means, float* squares, int blocks) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(job.Channels, (task + 1) * TaskColumns);
            for (int i = task * TaskColumns; i < end; i++)
            {
                double sum = 0;
                for (int block = 0; block < blocks; block++)
                    sum += Rows(block) * (double)means[(long)block * job.Channels + i];
                double mean = sum / job.Rows;
                double total = 0;
                for (int block = 0; block < blocks; block++)
                {
                    double distance = means[(long)block * job.Channels + i] - mean;
                    total += squares[(long)block * job.Channels + i] + Rows(block) * distance * distance;
                }
                job.Means[i] = (float)mean;
                job.Variances[i] = (float)(total / job.Rows);
            }
        }

        private int Rows(int block) => Math.Min(BlockRows, job.Rows - block * BlockRows);
    }

    private readonly struct ApplyBody<TLanes>(BatchNormJob job, float* scales, int rowsPerTask) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int width = job.Channels;
            int end = Math.Min(job.Rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* x = job.Input + (long)row * width;
                float* y = job.Output + (long)row * width;
                for (int i = 0; i < width; i += 16)
                {
                    var distance = Load<TLanes>(x, i, width) - Load<TLanes>(job.Means, i, width);
                    var scale = Load<TLanes>(scales, i, width);
                    Store(y, i, width, TLanes.Fma(distance, scale, Load<TLanes>(job.Bias, i, width)));
                }
            }
        }
    }
}
