// Owns the list of vector widths the CPU backend can work with.
namespace Tern.Kernels;

/// <summary>
/// The vector width of the CPU backend. Every tier computes in 16 lanes (one, two or four registers), so all tiers give
/// bitwise the same results.
/// </summary>
public enum SimdTier
{
    /// <summary>128-bit vectors: any machine, among them Arm with AdvSimd.</summary>
    V128,

    /// <summary>256-bit vectors: x86 with AVX2 and FMA.</summary>
    V256,

    /// <summary>512-bit vectors: x86 with AVX-512.</summary>
    V512,
}
