// Owns RMSNorm and LayerNorm of the CPU backend: sums in 16 lanes, element i in lane i mod 16, then the fixed tree.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe partial class Normalization
{
    public static void Rms<TLanes>(
        CpuContext context,
        float* input,
        float* weight,
        float epsilon,
        float* output,
        int width,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / width);
        var body = new RmsBody<TLanes>(input, weight, epsilon, output, width, rows, rowsPerTask);
        context.Pool.Run((rows + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    public static void Layer<TLanes>(
        CpuContext context,
        float* input,
        float* weight,
        float* bias,
        float epsilon,
        float* output,
        int width,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / width);
        var body = new LayerBody<TLanes>(input, weight, bias, epsilon, output, width, rows, rowsPerTask);
        context.Pool.Run((rows + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    private readonly struct RmsBody<TLanes>(
        float* input,
        float* weight,
        float epsilon,
        float* output,
        int width,
        int rows,
        int rowsPerTask
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* x = input + (long)row * width;
                float* y = output + (long)row * width;
                var squares = TLanes.Zero;
                for (int i = 0; i < width; i += 16)
                {
                    var value = Load<TLanes>(x, i, width);
                    squares = TLanes.Fma(value, value, squares);
                }
                var factor = TLanes.Create(1 / MathF.Sqrt(TLanes.Sum(squares) / width + epsilon));
                for (int i = 0; i < width; i += 16)
                    Store(y, i, width, Load<TLanes>(x, i, width) * factor * Load<TLanes>(weight, i, width));
            }
        }
    }

    private readonly struct LayerBody<TLanes>(
        float* input,
        float* weight,
        float* bias,
        float epsilon,
        float* output,
        int width,
        int rows,
        int rowsPerTask
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* x = input + (long)row * width;
                float* y = output + (long)row * width;
                var sum = TLanes.Zero;
                for (int i = 0; i < width; i += 16)
                    sum += Load<TLanes>(x, i, width);
                float meanValue = TLanes.Sum(sum) / width;
                var mean = TLanes.Create(meanValue);
                var squares = TLanes.Zero;
                int whole = width & ~15;
                for (int i = 0; i < whole; i += 16)
                {
                    var difference = TLanes.Load(x + i) - mean;
                    squares = TLanes.Fma(difference, difference, squares);
                }
                float variance = TLanes.Sum(squares);
                for (int i = whole; i < width; i++)
                    variance += (x[i] - meanValue) * (x[i] - meanValue);
                var factor = TLanes.Create(1 / MathF.Sqrt(variance / width + epsilon));
                for (int i = 0; i < width; i += 16)
                {
                    var scaled = (Load<TLanes>(x, i, width) - mean) * factor * Load<TLanes>(weight, i, width);
                    Store(y, i, width, bias is null ? scaled : scaled + Load<TLanes>(bias, i, width));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Load<TLanes>(float* row, int i, int width)
        where TLanes : unmanaged, ILanes<TLanes> =>
        i + 16 <= width ? TLanes.Load(row + i) : Partial.Load<TLanes>(row + i, width - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* row, int i, int width, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (i + 16 <= width)
            TLanes.Store(row + i, value);
        else
            Partial.Store(row + i, value, width - i);
    }
}
