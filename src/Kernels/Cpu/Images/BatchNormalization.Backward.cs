// Owns the gradient of batch normalization. With n = (x - mean) / deviation over N rows:
// dx = weight / deviation · (dy - Σdy / N - n · Σ(dy · n) / N), sums made as those of the statistics are.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Images;

internal static unsafe partial class BatchNormalization
{
    public static void Backward<TLanes>(CpuContext context, in BatchNormJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int blocks = (job.Rows + BlockRows - 1) / BlockRows;
        int groups = (job.Channels + TaskColumns - 1) / TaskColumns;
        long sums = (long)blocks * job.Channels;
        float* memory = context.Scratch.Reserve(2 * sums + 3L * job.Channels);
        float* products = memory + sums;
        float* factors = products + sums;
        var block = new ProductsBody<TLanes>(job, memory, products, groups);
        context.Pool.Run(checked(blocks * groups), ref block);
        var merge = new FactorsBody(job, memory, products, blocks, factors);
        context.Pool.Run(groups, ref merge);
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / job.Channels);
        var input = new InputGradientBody<TLanes>(job, factors, rowsPerTask);
        context.Pool.Run((job.Rows + rowsPerTask - 1) / rowsPerTask, ref input);
    }

    /// <summary>Sums over a block of the gradient and of its products with the distances from the mean.</summary>
    private readonly struct ProductsBody<TLanes>(BatchNormJob job, float* sums, float* products, int groups)
        : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int start = task / groups * BlockRows;
            int endRow = Math.Min(job.Rows, start + BlockRows);
            int first = task % groups * TaskColumns;
            int end = Math.Min(job.Channels, first + TaskColumns);
            float* sum = sums + (long)(task / groups) * job.Channels;
            float* product = products + (long)(task / groups) * job.Channels;
            new Span<float>(sum + first, end - first).Clear();
            new Span<float>(product + first, end - first).Clear();
            for (int row = start; row < endRow; row++)
            {
                float* x = job.Input + (long)row * job.Channels;
                float* change = job.Gradient + (long)row * job.Channels;
                for (int i = first; i < end; i += 16)
                {
                    var distance = Load<TLanes>(x, i, end) - Load<TLanes>(job.Means, i, end);
                    var gradient = Load<TLanes>(change, i, end);
                    Store(sum, i, end, Load<TLanes>(sum, i, end) + gradient);
                    Store(product, i, end, TLanes.Fma(gradient, distance, Load<TLanes>(product, i, end)));
                }
            }
        }
    }

    /// <summary>The gradients of weight and bias, and for each column the three numbers that make the input's.</summary>
    private readonly struct FactorsBody(BatchNormJob job, float* sums, float* products, int blocks, float* factors)
        : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(job.Channels, (task + 1) * TaskColumns);
            for (int i = task * TaskColumns; i < end; i++)
            {
                double inverse = 1 / Math.Sqrt((double)job.Variances[i] + job.Epsilon);
                double sum = 0;
                double product = 0;
                for (int block = 0; block < blocks; block++)
                {
                    sum += sums[(long)block * job.Channels + i];
                    product += products[(long)block * job.Channels + i];
                }
                job.BiasGradient[i] += (float)sum;
                job.WeightGradient[i] += (float)(product * inverse);
                factors[i] = (float)(job.Weight[i] * inverse);
                factors[job.Channels + i] = (float)(sum / job.Rows);
                factors[2 * job.Channels + i] = (float)(product * inverse * inverse / job.Rows);
            }
        }
    }

    private readonly struct InputGradientBody<TLanes>(BatchNormJob job, float* factors, int rowsPerTask) : IParallelBody
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
                float* change = job.Gradient + (long)row * width;
                float* result = job.InputGradient + (long)row * width;
                for (int i = 0; i < width; i += 16)
                {
                    var distance = Load<TLanes>(x, i, width) - Load<TLanes>(job.Means, i, width);
                    var centered = Load<TLanes>(change, i, width) - Load<TLanes>(factors + width, i, width);
                    centered -= distance * Load<TLanes>(factors + 2 * width, i, width);
                    Store(result, i, width, centered * Load<TLanes>(factors, i, width));
                }
            }
        }
    }
}
