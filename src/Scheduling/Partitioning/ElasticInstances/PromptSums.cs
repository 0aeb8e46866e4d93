// Owns the sums over prompts that a prefill's duration and its weight depend on.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Sums over the prompts of a prefill.</summary>
/// <param name="Tokens">Sum of the lengths.</param>
/// <param name="Squares">Sum of the squared lengths.</param>
/// <param name="Rate">Sum of 1/length: the weight of a ms in input latency per token.</param>
public readonly record struct PromptSums(long Tokens, double Squares, double Rate)
{
    /// <summary>The sums of these lengths.</summary>
    public static PromptSums Of(ReadOnlySpan<int> lengths)
    {
        var sums = new PromptSums();
        foreach (var length in lengths)
            sums = new PromptSums(
                sums.Tokens + length,
                sums.Squares + (double)length * length,
                sums.Rate + 1.0 / length
            );
        return sums;
    }
}
