// Owns the gradient of RMSNorm in the CPU backend. First the columns, each adding its rows in order to the gradient of the
// weight, then the rows.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe partial class Normalization
{
    private const int TaskColumns = 64;

    public static void RmsBackward<TLanes>(CpuContext context, in RmsNormGradient call)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / call.Width);
        int rowTasks = (call.Rows + rowsPerTask - 1) / rowsPerTask;
        float* factors = context.Scratch.Reserve(call.Rows);
        var factor = new FactorBody<TLanes>(call, factors, rowsPerTask);
        context.Pool.Run(rowTasks, ref factor);
        var weight = new WeightGradientBody<TLanes>(call, factors);
        context.Pool.Run((call.Width + TaskColumns - 1) / TaskColumns, ref weight);
        var input = new InputGradientBody<TLanes>(call, factors, rowsPerTask);
        context.Pool.Run(rowTasks, ref input);
    }

    /// <summary>1 / rms of each row, as the forward pass has it.</summary>
    private readonly struct FactorBody<TLanes>(RmsNormGradient call, float* factors, int rowsPerTask) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(call.Rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* x = call.Input + (long)row * call.Width;
                var squares = TLanes.Zero;
                for (int i = 0; i < call.Width; i += 16)
                {
                    var value = Load<TLanes>(x, i, call.Width);
                    squares = TLanes.Fma(value, value, squares);
                }
                factors[row] = 1 / MathF.Sqrt(TLanes.Sum(squares) / call.Width + call.Epsilon);
            }
        }
    }

    private readonly struct WeightGradientBody<TLanes>(RmsNormGradient call, float* factors) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int first = task * TaskColumns;
            int end = Math.Min(call.Width, first + TaskColumns);
            for (int column = first; column < end; column += 16)
            {
                var sum = Load<TLanes>(call.WeightGradient, column, call.Width);
                for (int row = 0; row < call.Rows; row++)
                {
                    long offset = (long)row * call.Width;
                    var normalized =
                        Load<TLanes>(call.Input + offset, column, call.Width) * TLanes.Create(factors[row]);
                    sum = TLanes.Fma(Load<TLanes>(call.Gradient + offset, column, call.Width), normalized, sum);
                }
                Store(call.WeightGradient, column, call.Width, sum);
            }
        }
    }

    private readonly struct InputGradientBody<TLanes>(RmsNormGradient call, float* factors, int rowsPerTask)
        : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int width = call.Width;
            int end = Math.Min(call.Rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* x = call.Input + (long)row * width;
                float* change = call.Gradient + (long)row * width;
                float* result = call.InputGradient + (long)row * width;
                var factor = TLanes.Create(factors[row]);
                var products = TLanes.Zero;
                for (int i = 0; i < width; i += 16)
                {
                    var weighted = Load<TLanes>(change, i, width) * Load<TLanes>(call.Weight, i, width);
                    products = TLanes.Fma(weighted, Load<TLanes>(x, i, width), products);
                }
                // mean(dn · n) / rms = Σ dn · x / (width · rms²)
                var mean = TLanes.Create(TLanes.Sum(products) / width * factors[row] * factors[row]);
                for (int i = 0; i < width; i += 16)
                {
                    var weighted = Load<TLanes>(change, i, width) * Load<TLanes>(call.Weight, i, width);
                    Store(result, i, width, (weighted - Load<TLanes>(x, i, width) * mean) * factor);
                }
            }
        }
    }
}
