// Owns the arguments of the gradient of log-probabilities in a form that worker threads can read.
namespace Tern.Kernels.Cpu;

internal unsafe struct LogProbabilityGradient
{
    /// <summary>Overwritten by their gradient.</summary>
    public float* Logits;
    public int* Tokens;
    public double* LogSums;
    public float* Factors;

    /// <summary>Null when no entropy has a factor.</summary>
    public float* Entropies;

    /// <summary>Null when no entropy has a factor.</summary>
    public float* EntropyFactors;
    public int Width;
    public int Rows;
}
