// Owns the arguments of batch normalization in a form that worker threads can read.
namespace Tern.Kernels.Cpu.Images;

internal unsafe struct BatchNormJob
{
    public float* Input;
    public float* Weight;
    public float* Bias;
    public float* Output;
    public float* Means;
    public float* Variances;
    public float* Gradient;

    /// <summary>Written last, for it may be <see cref="Gradient"/>.</summary>
    public float* InputGradient;
    public float* WeightGradient;
    public float* BiasGradient;
    public float Epsilon;
    public int Rows;
    public int Channels;
}
