// Owns the rotation of queries and keys by their positions.
using Tern.Kernels;

namespace Tern.Models.Layers;

/// <summary>Rotary position embedding (RoFormer, arXiv 2104.09864).</summary>
/// <param name="inverseFrequencies">Angle per position, one a pair.</param>
/// <param name="magnitude">Factor on the rotated elements.</param>
/// <param name="style">Which elements pair up.</param>
internal sealed class RotaryEmbedding(float[] inverseFrequencies, float magnitude, RopeStyle style)
{
    public ReadOnlySpan<float> InverseFrequencies => inverseFrequencies;

    /// <summary>Factor on the rotated elements.</summary>
    public float Magnitude => magnitude;

    /// <summary>Rotates <c>[rows, heads, headLength]</c> in place.</summary>
    public void Apply(ForwardPass pass, Span<float> x, int heads, int headLength) =>
        pass.Backend.Rope(x, pass.Positions, heads, headLength, inverseFrequencies, magnitude, style);
}
