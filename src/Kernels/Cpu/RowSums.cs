// Owns the sums over rows that gradients of shared vectors are: of an embedding's rows and of a bias. Threads divide the
// columns, so that the rows of each are added in their order.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class RowSums
{
    /// <summary>Columns of a task: a cache line's worth for each of four vectors.</summary>
    private const int TaskColumns = 64;

    public static void Scatter<TLanes>(CpuContext context, float* gradient, int* ids, int rows, float* table, int width)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var body = new Body<TLanes>(gradient, ids, rows, table, width);
        context.Pool.Run((width + TaskColumns - 1) / TaskColumns, ref body);
    }

    public static void Columns<TLanes>(CpuContext context, float* x, int rows, float* sums, int width)
        where TLanes : unmanaged, ILanes<TLanes> => Scatter<TLanes>(context, x, ids: null, rows, sums, width);

    /// <summary>Adds each row to the one its id names; without ids, to the only one.</summary>
    private readonly struct Body<TLanes>(float* rows, int* ids, int count, float* sums, int width) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int first = task * TaskColumns;
            int end = Math.Min(width, first + TaskColumns);
            for (int row = 0; row < count; row++)
            {
                float* source = rows + (long)row * width;
                float* target = ids is null ? sums : sums + (long)ids[row] * width;
                int i = first;
                for (; i + 16 <= end; i += 16)
                    TLanes.Store(target + i, TLanes.Load(target + i) + TLanes.Load(source + i));
                for (; i < end; i++)
                    target[i] += source[i];
            }
        }
    }
}
