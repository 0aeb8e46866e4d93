// Owns the merge rules of a BPE vocabulary as pairs of numbers, so that merging compares no strings.
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Bpe;

/// <summary>
/// Which pair of symbols merges into which, and how soon. Symbols are ids of the vocabulary, and numbers past its end for
/// spellings that only merges mention.
/// </summary>
internal sealed class MergeTable
{
    private readonly Vocabulary vocabulary;
    private readonly Dictionary<string, int> extraIds = new(StringComparer.Ordinal);
    private readonly List<string> extraTexts = [];
    private readonly Dictionary<ulong, (uint Rank, int Id)> merges;

    /// <summary>Numbers the rules in order: the first is the best.</summary>
    public MergeTable(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> rules)
    {
        this.vocabulary = vocabulary;
        merges = new Dictionary<ulong, (uint, int)>(rules.Count);
        for (int rank = 0; rank < rules.Count; rank++)
        {
            var (left, right) = rules[rank];
            merges.TryAdd(Pair(SymbolOf(left), SymbolOf(right)), ((uint)rank, SymbolOf(left + right)));
        }
    }

    /// <summary>The number of a spelling; one past the vocabulary is made up if it has none. Only while building.</summary>
    public int SymbolOf(string text)
    {
        // Structure is not reachable by merging: text that spells a control token stays text.
        if (vocabulary.TryFind(text, out int id) && vocabulary.IsText(id))
            return id;
        if (!extraIds.TryGetValue(text, out id))
        {
            id = vocabulary.Count + extraTexts.Count;
            extraIds.Add(text, id);
            extraTexts.Add(text);
        }
        return id;
    }

    /// <summary>Whether the symbol is an id of the vocabulary.</summary>
    public bool IsToken(int symbol) => symbol < vocabulary.Count;

    public bool TryMerge(int left, int right, out uint rank, out int id)
    {
        bool found = merges.TryGetValue(Pair(left, right), out var merge);
        (rank, id) = merge;
        return found;
    }

    // Distinct pairs give distinct products, since the factor is odd. It is there for the dictionary: the hash of a ulong is
    // its halves xored, which would be the same for every pair of equal symbols.
    private static ulong Pair(int left, int right) =>
        unchecked((((ulong)(uint)left << 32) | (uint)right) * 0x9E37_79B9_7F4A_7C15);
}
