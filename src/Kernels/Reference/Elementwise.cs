// Owns additions, blends, scaling and soft-capping of the reference backend.
namespace Tern.Kernels.Reference;

internal static class Elementwise
{
    public static void AddBias(Span<float> x, ReadOnlySpan<float> bias)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] += bias[i % bias.Length];
    }

    public static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> output)
    {
        for (int i = 0; i < x.Length; i++)
            output[i] = x[i] + y[i];
    }

    public static void Blend(Span<float> x, float a, ReadOnlySpan<float> y, float b)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = (float)((double)x[i] * a + (double)y[i] * b);
    }

    public static void AddScaled(Span<float> x, ReadOnlySpan<float> y, float factor)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = (float)(x[i] + (double)factor * y[i]);
    }

    public static void Scale(Span<float> x, float factor)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] *= factor;
    }

    public static void SoftCap(Span<float> x, float cap)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = (float)(cap * Math.Tanh((double)x[i] / cap));
    }
}
