// Owns chance in the corpus: the same draws for a seed and an index on every machine and in every version.
namespace Tern.Training.Corpus;

/// <summary>
/// A counter-based stream of random numbers: draw number n of a stream is a mix of its key and n
/// (<see cref="SplitMix"/>). A sample is therefore a function of seed and index alone, whatever was drawn before.
/// </summary>
internal sealed class CorpusRandom(ulong seed, ulong index)
{
    private readonly ulong _key = SplitMix.Mix(SplitMix.Mix(seed + SplitMix.Golden) ^ index);
    private ulong _count;

    public ulong NextBits() => SplitMix.Mix(_key + (++_count * SplitMix.Golden));

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(NextBits(), (ulong)limit, out _);

    /// <summary>A whole number between two bounds, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>Some different items, in random order.</summary>
    public T[] Some<T>(IReadOnlyList<T> choices, int count)
    {
        T[] rest = [.. choices];
        for (int i = 0; i < count; i++)
        {
            int j = i + Below(rest.Length - i);
            (rest[i], rest[j]) = (rest[j], rest[i]);
        }
        return rest[..count];
    }

    /// <summary>The number of a weight, drawn in proportion.</summary>
    public int Weighted(ReadOnlySpan<int> weights)
    {
        int total = 0;
        foreach (int weight in weights)
            total += weight;
        int at = Below(total);
        int chosen = 0;
        while (at >= weights[chosen])
            at -= weights[chosen++];
        return chosen;
    }
}
