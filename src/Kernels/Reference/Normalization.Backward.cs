// Owns the gradient of RMSNorm in the reference backend. With n = x / rms(x): dx = (dn - n · mean(dn · n)) / rms(x).
namespace Tern.Kernels.Reference;

internal static partial class Normalization
{
    public static void RmsNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient
    )
    {
        int width = weight.Length;
        var weightSums = new double[width];
        for (int start = 0; start < input.Length; start += width)
        {
            double squares = 0;
            for (int i = 0; i < width; i++)
                squares += (double)input[start + i] * input[start + i];
            double factor = 1 / Math.Sqrt(squares / width + epsilon);
            double mean = 0;
            for (int i = 0; i < width; i++)
                mean += (double)gradient[start + i] * weight[i] * input[start + i] * factor / width;
            for (int i = 0; i < width; i++)
            {
                double normalized = input[start + i] * factor;
                weightSums[i] += gradient[start + i] * normalized;
                inputGradient[start + i] = (float)((gradient[start + i] * weight[i] - normalized * mean) * factor);
            }
        }
        for (int i = 0; i < width; i++)
            weightGradient[i] = (float)(weightGradient[i] + weightSums[i]);
    }
}
