// Owns the gradients of the activation functions of the CPU backend, alone and as gates.
#pragma warning disable MA0048 // the derivatives belong to the choice among them
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe partial class Activations
{
    public static void ActivateBackward<TLanes>(
        CpuContext context,
        float* x,
        float* gradient,
        int length,
        Activation activation
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (activation)
        {
            case Activation.Silu:
                Elementwise.Run<TLanes, TimesDerivative<SiluSlope>>(context, gradient, x, 0, gradient, length);
                break;
            case Activation.GeluTanh:
                Elementwise.Run<TLanes, TimesDerivative<GeluTanhSlope>>(context, gradient, x, 0, gradient, length);
                break;
            case Activation.Relu:
                Elementwise.Run<TLanes, TimesDerivative<ReluSlope>>(context, gradient, x, 0, gradient, length);
                break;
            default:
                throw OperandChecks.NoGradient(activation);
        }
    }

    public static void GateBackward<TLanes>(CpuContext context, in GateGradient call, Activation activation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (activation)
        {
            case Activation.Silu:
                GateBackward<TLanes, SiluSlope>(context, call);
                break;
            case Activation.GeluTanh:
                GateBackward<TLanes, GeluTanhSlope>(context, call);
                break;
            case Activation.Relu:
                GateBackward<TLanes, ReluSlope>(context, call);
                break;
            default:
                throw OperandChecks.NoGradient(activation);
        }
    }

    private static void GateBackward<TLanes, TSlope>(CpuContext context, in GateGradient call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TSlope : struct, IActivationSlope
    {
        var body = new GateGradientBody<TLanes, TSlope>(call);
        context.Pool.Run((call.Length + Elementwise.TaskElements - 1) / Elementwise.TaskElements, ref body);
    }

    private readonly struct GateGradientBody<TLanes, TSlope>(GateGradient call) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TSlope : struct, IActivationSlope
    {
        // Not inlined: with all functions of a switch in one method the compiler stops inlining their arithmetic.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(call.Length, (task + 1) * Elementwise.TaskElements);
            int i = task * Elementwise.TaskElements;
            for (; i + 16 <= end; i += 16)
            {
                var gate = TLanes.Load(call.Gate + i);
                var change = TLanes.Load(call.Gradient + i);
                TSlope.Evaluate(gate, out var value, out var slope);
                TLanes.Store(call.GateChange + i, change * TLanes.Load(call.Up + i) * slope);
                TLanes.Store(call.UpChange + i, change * value);
            }
            if (i < end)
                Rest(i, end - i);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Rest(int i, int rest)
        {
            var change = Partial.Load<TLanes>(call.Gradient + i, rest);
            TSlope.Evaluate(Partial.Load<TLanes>(call.Gate + i, rest), out var value, out var slope);
            var up = Partial.Load<TLanes>(call.Up + i, rest);
            Partial.Store(call.GateChange + i, change * up * slope, rest);
            Partial.Store(call.UpChange + i, change * value, rest);
        }
    }
}

/// <summary>An activation function and its derivative.</summary>
internal interface IActivationSlope
{
    static abstract void Evaluate<T>(T x, out T value, out T slope)
        where T : unmanaged, ILanes<T>;
}

/// <summary>x times the derivative at y.</summary>
internal readonly struct TimesDerivative<TSlope> : IElementFunction
    where TSlope : struct, IActivationSlope
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T>
    {
        TSlope.Evaluate(y, out _, out var slope);
        return x * slope;
    }
}

/// <summary>With s = sigmoid(x): xs and s(1 + x(1 - s)).</summary>
internal readonly struct SiluSlope : IActivationSlope
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<T>(T x, out T value, out T slope)
        where T : unmanaged, ILanes<T>
    {
        var one = T.Create(1);
        var sigmoid = one / (one + LaneMath.Exp(T.Zero - x));
        value = x * sigmoid;
        slope = sigmoid * T.Fma(x, one - sigmoid, one);
    }
}

/// <summary>With u = √(2/π)(x + 0.044715x³): ½x(1 + tanh u) and ½(1 + tanh u) + ½x(1 - tanh²u)u'.</summary>
internal readonly struct GeluTanhSlope : IActivationSlope
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<T>(T x, out T value, out T slope)
        where T : unmanaged, ILanes<T>
    {
        var one = T.Create(1);
        var half = T.Create(0.5f);
        var rootTwoOverPi = T.Create(0.7978845608028654f);
        var tanh = LaneMath.Tanh(rootTwoOverPi * T.Fma(x * x * x, T.Create(0.044715f), x));
        var inner = rootTwoOverPi * T.Fma(x * x, T.Create(3 * 0.044715f), one);
        var weight = half * (one + tanh);
        value = x * weight;
        slope = T.Fma(half * x * (one - tanh * tanh), inner, weight);
    }
}

/// <summary>max(x, 0), and 1 for x above 0, else 0.</summary>
internal readonly struct ReluSlope : IActivationSlope
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<T>(T x, out T value, out T slope)
        where T : unmanaged, ILanes<T>
    {
        value = T.WhereLess(T.Zero, x, x, T.Zero);
        slope = T.WhereLess(T.Zero, x, T.Create(1), T.Zero);
    }
}
