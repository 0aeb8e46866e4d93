// Owns additions, blends, scaling and soft-capping of the CPU backend, and the loop that all element-wise operations share.
#pragma warning disable MA0048 // the one-line functions belong to the loop
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class Elementwise
{
    /// <summary>Elements of a task; fewer in all are done by the caller alone.</summary>
    public const int TaskElements = 16384;

    /// <summary>output = f(x, y, parameter), element by element; all three may be the same.</summary>
    public static void Run<TLanes, TFunction>(
        CpuContext context,
        float* x,
        float* y,
        float parameter,
        float* output,
        int length
    )
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        var body = new FlatBody<TLanes, TFunction>(x, y, parameter, output, length);
        context.Pool.Run((length + TaskElements - 1) / TaskElements, ref body);
    }

    /// <summary>x = a·x + b·y, each product rounded.</summary>
    public static void Blend<TLanes>(CpuContext context, float* x, float a, float* y, float b, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var body = new BlendBody<TLanes>(x, a, y, b, length);
        context.Pool.Run((length + TaskElements - 1) / TaskElements, ref body);
    }

    public static void AddBias<TLanes>(CpuContext context, float* x, float* bias, int width, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rowsPerTask = Math.Max(1, TaskElements / width);
        var body = new BiasBody<TLanes>(x, bias, width, rows, rowsPerTask);
        context.Pool.Run((rows + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    // Not inlined: with all functions of a switch in one method the compiler stops inlining their arithmetic.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Range<TLanes, TFunction>(float* x, float* y, float parameter, float* output, int length)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        var lanes = TLanes.Create(parameter);
        int i = 0;
        for (; i + 16 <= length; i += 16)
            TLanes.Store(output + i, TFunction.Apply(TLanes.Load(x + i), TLanes.Load(y + i), lanes));
        if (i < length)
            Rest<TLanes, TFunction>(x + i, y + i, lanes, output + i, length - i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rest<TLanes, TFunction>(float* x, float* y, TLanes parameter, float* output, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        var last = TFunction.Apply(Partial.Load<TLanes>(x, count), Partial.Load<TLanes>(y, count), parameter);
        Partial.Store(output, last, count);
    }

    private readonly struct FlatBody<TLanes, TFunction>(float* x, float* y, float parameter, float* output, int length)
        : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : struct, IElementFunction
    {
        public void Invoke(int task, int worker)
        {
            int start = task * TaskElements;
            int count = Math.Min(TaskElements, length - start);
            Range<TLanes, TFunction>(x + start, y + start, parameter, output + start, count);
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
            {
                float* values = x + (long)row * width;
                Range<TLanes, Sum>(values, bias, 0, values, width);
            }
        }
    }

    private readonly struct BlendBody<TLanes>(float* x, float a, float* y, float b, int length) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            var (wideA, wideB) = (TLanes.Create(a), TLanes.Create(b));
            int i = task * TaskElements;
            int end = Math.Min(length, i + TaskElements);
            for (; i + 16 <= end; i += 16)
                TLanes.Store(x + i, TLanes.Load(x + i) * wideA + TLanes.Load(y + i) * wideB);
            for (; i < end; i++)
                x[i] = x[i] * a + y[i] * b;
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
