// Owns byte-level BPE (R. Sennrich et al., ACL 2016, arXiv:1508.07909; over bytes as in GPT-2): a word's bytes merge by the
// vocabulary's rules, the best rule first.
using System.Buffers;
using System.Text;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Bpe;

/// <summary>BPE over UTF-8 bytes spelled in the <see cref="ByteAlphabet"/>.</summary>
internal sealed class BpeTokenizer : WordTokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly MergeTable merges;
    private readonly int[] symbolOfByte = new int[256];
    private readonly int? unknown;
    private readonly bool wholeWordsFirst;

    /// <summary>Creates the algorithm.</summary>
    /// <param name="vocabulary">Spellings in the byte alphabet.</param>
    /// <param name="rules">Pairs that merge, best first.</param>
    /// <param name="unknown">The id for bytes without a token, if there is one.</param>
    /// <param name="wholeWordsFirst">Whether a word that is a token becomes it without merging ("ignore_merges").</param>
    public BpeTokenizer(
        Vocabulary vocabulary,
        IReadOnlyList<(string Left, string Right)> rules,
        int? unknown,
        bool wholeWordsFirst
    )
    {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        this.wholeWordsFirst = wholeWordsFirst;
        merges = new MergeTable(vocabulary, rules);
        for (int value = 0; value < 256; value++)
            symbolOfByte[value] = merges.SymbolOf(ByteAlphabet.CharOf((byte)value).ToString());
    }

    public override void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> ids)
    {
        var merger = new SymbolMerger();
        byte[] buffer = [];
        foreach (var word in words)
        {
            int most = Encoding.UTF8.GetMaxByteCount(word.Length);
            if (buffer.Length < most)
                buffer = new byte[Math.Max(most, 256)];
            Encode(buffer.AsSpan(0, Encoding.UTF8.GetBytes(word.Span, buffer)), merger, ids);
        }
    }

    private void Encode(ReadOnlySpan<byte> word, SymbolMerger merger, List<int> ids)
    {
        if (wholeWordsFirst && TryFindWhole(word, out int whole))
        {
            ids.Add(whole);
            return;
        }
        merger.Clear();
        for (int i = 0; i < word.Length; i++)
            merger.Add(symbolOfByte[word[i]], i, 1);
        merger.Merge(new Rule(merges));
        for (int i = merger.First; i >= 0; i = merger[i].Next)
        {
            ref readonly var symbol = ref merger[i];
            if (merges.IsToken(symbol.Id))
                ids.Add(symbol.Id);
            else
                AppendBytes(word.Slice(symbol.Start, symbol.Length), ids);
        }
    }

    // A rule merged into a spelling that is no token: its bytes are.
    private void AppendBytes(ReadOnlySpan<byte> bytes, List<int> ids)
    {
        foreach (byte value in bytes)
        {
            int symbol = symbolOfByte[value];
            ids.Add(
                merges.IsToken(symbol)
                    ? symbol
                    : unknown
                        ?? throw new TokenizerFormatException(
                            "vocabulary",
                            $"holds neither a token for byte 0x{value:X2} of the text nor an unknown token"
                        )
            );
        }
    }

    private bool TryFindWhole(ReadOnlySpan<byte> word, out int id)
    {
        id = -1;
        if (word.Length > vocabulary.LongestText)
            return false;
        char[] spelling = ArrayPool<char>.Shared.Rent(word.Length);
        for (int i = 0; i < word.Length; i++)
            spelling[i] = ByteAlphabet.CharOf(word[i]);
        bool found = vocabulary.TryFind(spelling.AsSpan(0, word.Length), out id) && vocabulary.IsText(id);
        ArrayPool<char>.Shared.Return(spelling);
        return found;
    }

    private readonly struct Rule(MergeTable merges) : IMergeRule
    {
        public bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id) =>
            merges.TryMerge(left.Id, right.Id, out rank, out id);
    }
}
