// Owns the list of activation functions.
namespace Tern.Kernels;

/// <summary>Element-wise functions of feed-forward layers.</summary>
public enum Activation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>The tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    GeluTanh,

    /// <summary>Exact GELU through the error function.</summary>
    GeluErf,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>gpt-oss: gate and up clipped at 7, gate·sigmoid(1.702·gate)·(up + 1). Only with a gate.</summary>
    ClippedSwiglu,
}
