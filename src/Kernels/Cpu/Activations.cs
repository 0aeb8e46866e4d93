// Owns the activation functions of the CPU backend, alone and as gates.
#pragma warning disable MA0048 // the functions belong to the choice among them
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal static unsafe partial class Activations
{
    public static void Activate<TLanes>(CpuContext context, float* x, float* output, int length, Activation activation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (activation)
        {
            case Activation.Silu:
                Elementwise.Run<TLanes, Alone<Silu>>(context, x, x, 0, output, length);
                break;
            case Activation.GeluTanh:
                Elementwise.Run<TLanes, Alone<GeluTanh>>(context, x, x, 0, output, length);
                break;
            case Activation.GeluErf:
                Elementwise.Run<TLanes, Alone<GeluErf>>(context, x, x, 0, output, length);
                break;
            case Activation.Relu:
                Elementwise.Run<TLanes, Alone<Relu>>(context, x, x, 0, output, length);
                break;
            case Activation.ClippedSwiglu:
                throw new ArgumentException("clipped SwiGLU needs a gate", nameof(activation));
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "unknown activation");
        }
    }

    public static void Gate<TLanes>(
        CpuContext context,
        float* gate,
        float* up,
        float* output,
        int length,
        Activation activation
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (activation)
        {
            case Activation.Silu:
                Elementwise.Run<TLanes, TimesUp<Silu>>(context, gate, up, 0, output, length);
                break;
            case Activation.GeluTanh:
                Elementwise.Run<TLanes, TimesUp<GeluTanh>>(context, gate, up, 0, output, length);
                break;
            case Activation.GeluErf:
                Elementwise.Run<TLanes, TimesUp<GeluErf>>(context, gate, up, 0, output, length);
                break;
            case Activation.Relu:
                Elementwise.Run<TLanes, TimesUp<Relu>>(context, gate, up, 0, output, length);
                break;
            case Activation.ClippedSwiglu:
                Elementwise.Run<TLanes, ClippedSwiglu>(context, gate, up, 0, output, length);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "unknown activation");
        }
    }
}

internal interface IActivation
{
    static abstract T Apply<T>(T x)
        where T : unmanaged, ILanes<T>;
}

/// <summary>The activation of x, y unused.</summary>
internal readonly struct Alone<TActivation> : IElementFunction
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => TActivation.Apply(x);
}

/// <summary>The activation of x, times y.</summary>
internal readonly struct TimesUp<TActivation> : IElementFunction
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T> => TActivation.Apply(x) * y;
}

internal readonly struct Silu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x)
        where T : unmanaged, ILanes<T> => x / (T.Create(1) + LaneMath.Exp(T.Zero - x));
}

/// <summary>½x(1 + tanh u) = x / (1 + e^(-2u)), which does not cancel.</summary>
internal readonly struct GeluTanh : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        const float MinusTwoRootTwoOverPi = -1.5957691216057308f;
        var cubic = T.Fma(x * x * x, T.Create(0.044715f), x);
        return x / (T.Create(1) + LaneMath.Exp(cubic * T.Create(MinusTwoRootTwoOverPi)));
    }
}

/// <summary>½x·erfc(-x/√2), from erfc of the magnitude.</summary>
internal readonly struct GeluErf : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        const float RootHalf = 0.70710678f;
        var half = T.Create(0.5f) * LaneMath.ComplementaryError(T.Abs(x) * T.Create(RootHalf));
        return x * T.WhereLess(x, T.Zero, half, T.Create(1) - half);
    }
}

internal readonly struct Relu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x)
        where T : unmanaged, ILanes<T> => T.Max(T.Zero, x);
}

/// <summary>gpt-oss (model card, arXiv 2508.10925): the gate is clipped from above only, up from both sides.</summary>
internal readonly struct ClippedSwiglu : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T>
    {
        const float Limit = 7;
        var gate = T.Min(T.Create(Limit), x);
        var up = T.Max(T.Create(-Limit), T.Min(T.Create(Limit), y));
        return gate / (T.Create(1) + LaneMath.Exp(gate * T.Create(-1.702f))) * (up + T.Create(1));
    }
}
