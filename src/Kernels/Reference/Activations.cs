// Owns the activation functions of the reference backend, straight from their definitions in double precision.
namespace Tern.Kernels.Reference;

internal static partial class Activations
{
    public static void Activate(ReadOnlySpan<float> x, Span<float> output, Activation activation)
    {
        if (activation == Activation.ClippedSwiglu)
            throw new ArgumentException("clipped SwiGLU needs a gate", nameof(activation));
        for (int i = 0; i < x.Length; i++)
            output[i] = (float)Apply(x[i], activation);
    }

    public static void Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output, Activation activation)
    {
        for (int i = 0; i < gate.Length; i++)
        {
            output[i] =
                activation == Activation.ClippedSwiglu
                    ? (float)ClippedSwiglu(gate[i], up[i])
                    : (float)(Apply(gate[i], activation) * up[i]);
        }
    }

    private static double Apply(double x, Activation activation) =>
        activation switch
        {
            Activation.Silu => x / (1 + Math.Exp(-x)),
            Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            Activation.GeluErf => 0.5 * x * ErrorFunction.Complement(-x / Math.Sqrt(2)),
            Activation.Relu => Math.Max(x, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "unknown activation"),
        };

    /// <summary>gpt-oss (model card, arXiv 2508.10925): the gate is clipped from above only, up from both sides.</summary>
    private static double ClippedSwiglu(double gate, double up)
    {
        const double Limit = 7;
        const double Alpha = 1.702;
        gate = Math.Min(gate, Limit);
        up = Math.Clamp(up, -Limit, Limit);
        return gate / (1 + Math.Exp(-Alpha * gate)) * (up + 1);
    }
}
