// Owns lengths whose prompts follow Zipf's law over the whole span from chat to books.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>
/// LoongServe's resampled set (§7.4): a prompt of x tokens has weight x^−alpha, for x from 10 to 199,999, as in the released
/// preparation, which drops shorter ones (they would be nearly all) and longer ones (they do not fit the static systems it compares).
/// It then takes the row of the mixed set with the nearest prompt; here the sets are distributions without gaps, so the prompt is x
/// itself and the answer is one of a set whose prompts can be that long, all such sets equally likely.
/// </summary>
public sealed class ZipfLengths : ILengthDistribution
{
    /// <summary>Prompt lengths.</summary>
    public static TokenRange Prompts { get; } = new(10, 199_999);

    // Made at the first draw: listing the catalog costs nothing.
    private readonly Lazy<double[]> _cumulative;
    private readonly IReadOnlyList<LogNormalLengths> _sets;

    /// <summary>Creates the distribution.</summary>
    /// <param name="alpha">Zipf's exponent; LoongServe: 1.0, 1.2, 1.4.</param>
    /// <param name="sets">Sets that answers come from; together their prompts must cover <see cref="Prompts"/>.</param>
    public ZipfLengths(double alpha, IReadOnlyList<LogNormalLengths> sets)
    {
        _sets = sets;
        _cumulative = new(() => Cumulative(alpha));
    }

    private static double[] Cumulative(double alpha)
    {
        var weights = new double[Prompts.Max - Prompts.Min + 1];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            weights[i] = sum += PortableMath.Pow(Prompts.Min + i, -alpha);
        return weights;
    }

    /// <inheritdoc/>
    public RequestLengths Next(RandomStream random)
    {
        var prompt = PromptAt(random.NextUnit());
        return new(prompt, Answer(prompt, random));
    }

    /// <summary>The prompt at this share of the distribution, from 0 up to 1.</summary>
    internal int PromptAt(double share)
    {
        var weights = _cumulative.Value;
        var index = Array.BinarySearch(weights, share * weights[^1]);
        return Prompts.Min + (index >= 0 ? index + 1 : ~index);
    }

    /// <summary>Tokens of an answer to a prompt of so many.</summary>
    internal int Answer(int prompt, RandomStream random) => Answers(prompt, random).Next(random).OutputTokens;

    /// <summary>One of the sets that hold prompts of this length, or that with the nearest range where none does.</summary>
    private LogNormalLengths Answers(int prompt, RandomStream random)
    {
        var holding = 0;
        foreach (var set in _sets)
            holding += set.Prompt.Range.Contains(prompt) ? 1 : 0;
        if (holding == 0)
            return _sets.MinBy(s =>
                Math.Min(Math.Abs(s.Prompt.Range.Min - prompt), Math.Abs(s.Prompt.Range.Max - prompt))
            )!;
        var chosen = random.NextBelow(holding);
        foreach (var set in _sets)
        {
            if (set.Prompt.Range.Contains(prompt) && chosen-- == 0)
                return set;
        }
        throw new InvalidOperationException("a set that was counted is gone");
    }
}
