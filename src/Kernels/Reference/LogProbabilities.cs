// Owns the log-probabilities of chosen tokens in the reference backend, and their gradient.
namespace Tern.Kernels.Reference;

internal static class LogProbabilities
{
    public static void Forward(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> tokens,
        Span<float> logProbabilities,
        Span<double> logSums,
        Span<float> entropies
    )
    {
        int width = tokens.IsEmpty ? 0 : logits.Length / tokens.Length;
        for (int row = 0; row < tokens.Length; row++)
        {
            var values = logits.Slice(row * width, width);
            double max = double.NegativeInfinity;
            foreach (float value in values)
                max = Math.Max(max, value);
            double sum = 0;
            foreach (float value in values)
                sum += Math.Exp(value - max);
            double logSum = max + Math.Log(sum);
            double entropy = 0;
            foreach (float value in values)
                entropy -= Math.Exp(value - logSum) * (value - logSum);
            logSums[row] = logSum;
            logProbabilities[row] = (float)(values[tokens[row]] - logSum);
            if (!entropies.IsEmpty)
                entropies[row] = (float)entropy;
        }
    }

    public static void Backward(
        Span<float> logits,
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<double> logSums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> entropies,
        ReadOnlySpan<float> entropyFactors
    )
    {
        int width = tokens.IsEmpty ? 0 : logits.Length / tokens.Length;
        for (int row = 0; row < tokens.Length; row++)
        for (int i = 0; i < width; i++)
        {
            ref float logit = ref logits[row * width + i];
            double logProbability = logit - logSums[row];
            double probability = Math.Exp(logProbability);
            double change = factors[row] * ((i == tokens[row] ? 1 : 0) - probability);
            if (!entropyFactors.IsEmpty)
                change -= entropyFactors[row] * probability * (logProbability + entropies[row]);
            logit = (float)change;
        }
    }
}
