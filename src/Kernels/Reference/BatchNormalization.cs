// Owns batch normalization of the reference backend. With n = (x - mean) / deviation over N rows:
// dx = weight / deviation · (dy - Σdy / N - n · Σ(dy · n) / N).
namespace Tern.Kernels.Reference;

internal static class BatchNormalization
{
    public static void Statistics(ReadOnlySpan<float> input, Span<float> means, Span<float> variances)
    {
        int width = means.Length;
        int rows = input.Length / width;
        for (int column = 0; column < width; column++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
                sum += input[row * width + column];
            double squares = 0;
            for (int row = 0; row < rows; row++)
                squares += Math.Pow(input[row * width + column] - sum / rows, 2);
            means[column] = (float)(sum / rows);
            variances[column] = (float)(squares / rows);
        }
    }

    public static void Apply(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        Span<float> output
    )
    {
        for (int i = 0; i < input.Length; i++)
        {
            int column = i % weight.Length;
            double normalized = (input[i] - (double)means[column]) / Math.Sqrt((double)variances[column] + epsilon);
            output[i] = (float)(normalized * weight[column] + bias[column]);
        }
    }

    public static void Backward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        ReadOnlySpan<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient
    )
    {
        int width = weight.Length;
        int rows = input.Length / width;
        for (int column = 0; column < width; column++)
        {
            double deviation = Math.Sqrt((double)variances[column] + epsilon);
            double sum = 0;
            double products = 0;
            for (int at = column; at < input.Length; at += width)
            {
                sum += gradient[at];
                products += gradient[at] * (input[at] - (double)means[column]) / deviation;
            }
            for (int at = column; at < input.Length; at += width)
            {
                double normalized = (input[at] - (double)means[column]) / deviation;
                double change = gradient[at] - sum / rows - normalized * products / rows;
                inputGradient[at] = (float)(change * weight[column] / deviation);
            }
            weightGradient[column] = (float)(weightGradient[column] + products);
            biasGradient[column] = (float)(biasGradient[column] + sum);
        }
    }
}
