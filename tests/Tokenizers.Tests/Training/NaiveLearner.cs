// BPE training as the paper tells it: count all pairs, merge the best one everywhere, again. What the trainer must equal.
using System.Text;

namespace Tern.Tokenizers.Tests.Training;

internal static class NaiveLearner
{
    public static List<(int Left, int Right)> Learn(IReadOnlyDictionary<string, long> words, int limit, long minimum)
    {
        var symbols = words.Keys.Select(word => Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList()).ToList();
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < limit)
        {
            var counts = new Dictionary<(int Left, int Right), long>();
            foreach (var (word, count) in symbols.Zip(words.Values))
            {
                for (int i = 0; i + 1 < word.Count; i++)
                    counts[(word[i], word[i + 1])] = counts.GetValueOrDefault((word[i], word[i + 1])) + count;
            }
            var best = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).FirstOrDefault();
            if (best.Value < minimum)
                break;
            foreach (var word in symbols)
                Apply(word, best.Key, 256 + merges.Count);
            merges.Add(best.Key);
        }
        return merges;
    }

    /// <summary>The ids of a word: the merges one after the other, each from left to right.</summary>
    public static List<int> Encode(string word, IReadOnlyList<(int Left, int Right)> merges)
    {
        var symbols = Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList();
        for (int m = 0; m < merges.Count; m++)
            Apply(symbols, merges[m], 256 + m);
        return symbols;
    }

    private static void Apply(List<int> word, (int Left, int Right) pair, int id)
    {
        for (int i = 0; i + 1 < word.Count; i++)
        {
            if ((word[i], word[i + 1]) != pair)
                continue;
            word[i] = id;
            word.RemoveAt(i + 1);
        }
    }
}
