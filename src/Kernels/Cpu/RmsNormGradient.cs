// Owns the arguments of RMSNorm's backward pass in a form that worker threads can read.
namespace Tern.Kernels.Cpu;

internal unsafe struct RmsNormGradient
{
    public float* Input;
    public float* Weight;
    public float Epsilon;
    public float* Gradient;

    /// <summary>Written last, for it may be <see cref="Gradient"/>.</summary>
    public float* InputGradient;
    public float* WeightGradient;
    public int Width;
    public int Rows;
}
