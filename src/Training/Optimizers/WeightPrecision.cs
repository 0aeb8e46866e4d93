// Owns the list of precisions that a forward pass may see its parameters in.
namespace Tern.Training.Optimizers;

/// <summary>What parameters are rounded to for the passes; the optimizer changes float32 masters.</summary>
public enum WeightPrecision
{
    /// <summary>Not at all: the parameters are their own masters.</summary>
    Float32,

    /// <summary>bfloat16, to the nearest, ties to even.</summary>
    BFloat16,
}
