// Owns additions, scaling and soft-capping of the CPU backend, and the loop that all element-wise operations share.
#pragma warning disable MA0048 // the one-line functions belong to the loop
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class Elementwise
{
    /// <summary>Elements of a task; fewer in all are done by the caller alone.</summary>
    public const int TaskElements = 16384;

    /// <summary>x = f(x, y, parameter), element by element; <paramref name="y"/> may be x.</summary>
    public static void Run<TLanes, TFunction>(CpuContext context, float* x, float* y, float parameter, int length)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        var body = new FlatBody<TLanes, TFunction>(x, y, parameter, length);
        context.Pool.Run((length + TaskElements - 1) / TaskElements, ref body);
    }

    public static void AddBias<TLanes>(CpuContext context, float* x, float* bias, int width, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rowsPerTask = Math.Max(1, TaskElements / width);
        var body = new BiasBody<TLanes>(x, bias, width, rows, rowsPerTask);
        context.Pool.Run((rows + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Range<TLanes, TFunction>(float* x, float* y, float parameter, int length)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        var lanes = TLanes.Create(parameter);
        int i = 0;
        for (; i + 16 <= length; i += 16)
            TLanes.Store(x + i, TFunction.Apply(TLanes.Load(x + i), TLanes.Load(y + i), lanes));
        int rest = length - i;
        if (rest == 0)
            return;
        var last = TFunction.Apply(Partial.Load<TLanes>(x + i, rest), Partial.Load<TLanes>(y + i, rest), lanes);
        Partial.Store(x + i, last, rest);
    }

    private readonly struct FlatBody<TLanes, TFunction>(float* x, float* y, float parameter, int length) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        public void Invoke(int task, int worker)
        {
            int start = task * TaskElements;
            int count = Math.Min(TaskElements, length - start);
            Range<TLanes, TFunction>(x + start, y + start, parameter, count);
        }
    }

    private readonly struct BiasBody<TLanes>(float* x, float* bias, int width, int rows, int rowsPerTask)
        : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
                Range<TLanes, Sum>(x + (long)row * width, bias, 0, width);
        }
    }
}

/// <summary>x + y.</summary>
internal readonly struct Sum : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => x + y;
}

/// <summary>x + parameter·y.</summary>
internal readonly struct ScaledSum : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => T.Fma(parameter, y, x);
}

/// <summary>x·parameter.</summary>
internal readonly struct Product : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => x * parameter;
}

/// <summary>parameter·tanh(x / parameter).</summary>
internal readonly struct Cap : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => parameter * LaneMath.Tanh(x / parameter);
}
