// Owns the derivatives of the activation functions of the reference backend.
namespace Tern.Kernels.Reference;

internal static partial class Activations
{
    public static void GateBackward(
        ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up,
        ReadOnlySpan<float> gradient,
        Span<float> gateGradient,
        Span<float> upGradient,
        Activation activation
    )
    {
        for (int i = 0; i < gate.Length; i++)
        {
            double change = gradient[i];
            upGradient[i] = (float)(change * Apply(gate[i], activation));
            gateGradient[i] = (float)(change * up[i] * Derivative(gate[i], activation));
        }
    }

    public static void ActivateBackward(ReadOnlySpan<float> x, Span<float> gradient, Activation activation)
    {
        for (int i = 0; i < x.Length; i++)
            gradient[i] = (float)(gradient[i] * Derivative(x[i], activation));
    }

    private static double Derivative(double x, Activation activation)
    {
        switch (activation)
        {
            case Activation.Silu:
                double sigmoid = 1 / (1 + Math.Exp(-x));
                return sigmoid * (1 + x * (1 - sigmoid));
            case Activation.GeluTanh:
                double scale = Math.Sqrt(2 / Math.PI);
                double tanh = Math.Tanh(scale * (x + 0.044715 * x * x * x));
                return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * scale * (1 + 3 * 0.044715 * x * x);
            case Activation.Relu:
                return x > 0 ? 1 : 0;
            default:
                throw OperandChecks.NoGradient(activation);
        }
    }
}
