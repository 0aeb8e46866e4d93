// Owns the list of ways to multiply with weights.
namespace Tern.Kernels;

/// <summary>
/// How products with weights, and attention, are computed. Either way a row's result does not depend on the other rows of a
/// call, on the number of threads or on the vector width.
/// </summary>
public enum Numerics
{
    /// <summary>Weights expanded to exactly what their format defines, activations as they are, float32 throughout.</summary>
    Float32,

    /// <summary>
    /// Activations rounded to 8 bits, 32 under one scale, and products summed as integers where the weights' format
    /// allows (Q4_0, Q8_0, Q4_K, Q5_K, Q6_K). F16 and BF16, and attention, where the processor has AMX tiles, in parts of
    /// bfloat16 that keep 15 or 16 bits of a float. Everything else as in <see cref="Float32"/>.
    /// </summary>
    Fast,
}
