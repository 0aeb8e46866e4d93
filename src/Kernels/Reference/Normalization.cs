// Owns RMSNorm (arXiv 1910.07467) and LayerNorm (arXiv 1607.06450) of the reference backend.
namespace Tern.Kernels.Reference;

internal static partial class Normalization
{
    public static void RmsNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, float epsilon, Span<float> output)
    {
        int width = weight.Length;
        for (int start = 0; start < input.Length; start += width)
        {
            double squares = 0;
            for (int i = 0; i < width; i++)
                squares += (double)input[start + i] * input[start + i];
            double factor = 1 / Math.Sqrt(squares / width + epsilon);
            for (int i = 0; i < width; i++)
                output[start + i] = (float)(input[start + i] * factor * weight[i]);
        }
    }

    public static void LayerNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output
    )
    {
        int width = weight.Length;
        for (int start = 0; start < input.Length; start += width)
        {
            double mean = 0;
            for (int i = 0; i < width; i++)
                mean += input[start + i];
            mean /= width;
            double variance = 0;
            for (int i = 0; i < width; i++)
                variance += (input[start + i] - mean) * (input[start + i] - mean);
            double factor = 1 / Math.Sqrt(variance / width + epsilon);
            for (int i = 0; i < width; i++)
            {
                double scaled = (input[start + i] - mean) * factor * weight[i];
                output[start + i] = (float)(bias.IsEmpty ? scaled : scaled + bias[i]);
            }
        }
    }
}
