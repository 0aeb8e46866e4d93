// Owns the normalization layers.
namespace Tern.Models.Layers;

/// <summary>Root-mean-square norm (arXiv 1910.07467), or layer norm (arXiv 1607.06450) if it has a bias.</summary>
/// <param name="weight">Factors; as many as elements are normalized together.</param>
/// <param name="bias">Layer norm's addends, or null for RMS norm.</param>
/// <param name="epsilon">Added to the mean square or variance.</param>
internal sealed class Norm(float[] weight, float[]? bias, float epsilon)
{
    public Norm(float[] weight, float epsilon)
        : this(weight, bias: null, epsilon) { }

    /// <summary>Normalizes into scratch memory.</summary>
    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        var y = pass.Take(x.Length);
        Forward(pass, x, y);
        return y;
    }

    /// <summary>Normalizes in place.</summary>
    public void Apply(ForwardPass pass, Span<float> x) => Forward(pass, x, x);

    private void Forward(ForwardPass pass, ReadOnlySpan<float> x, Span<float> y)
    {
        if (bias is null)
            pass.Backend.RmsNorm(x, weight, epsilon, y);
        else
            pass.Backend.LayerNorm(x, weight, bias, epsilon, y);
    }
}
