// Owns SentencePiece's BPE (T. Kudo, J. Richardson, EMNLP 2018, arXiv:1808.06226): any two neighbours whose joined text
// is a token merge, the highest score first; characters without a token become bytes.
using System.Text;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Bpe;

/// <summary>BPE by scores over text whose spaces are already U+2581.</summary>
internal sealed class SentencePieceTokenizer : WordTokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly uint[] ranks;
    private readonly int[] byteTokens;
    private readonly int? unknown;

    public SentencePieceTokenizer(Vocabulary vocabulary, IReadOnlyList<float> scores, int? unknown)
    {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        ranks = scores.Select(Rank).ToArray();
        byteTokens = vocabulary.FindByteTokens();
    }

    public override void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> ids)
    {
        var merger = new SymbolMerger();
        foreach (var word in words)
        {
            var text = word.Span;
            merger.Clear();
            for (int start = 0; start < text.Length; )
            {
                Rune.DecodeFromUtf16(text[start..], out _, out int length);
                merger.Add(Find(text.Slice(start, length)), start, length);
                start += length;
            }
            merger.Merge(new Rule(this, text));
            for (int i = merger.First; i >= 0; i = merger[i].Next)
                Append(merger[i], text, ids);
        }
    }

    private void Append(in Symbol symbol, ReadOnlySpan<char> text, List<int> ids)
    {
        if (symbol.Id >= 0)
        {
            ids.Add(symbol.Id);
            return;
        }
        // Only single characters can be without an id.
        Span<byte> utf8 = stackalloc byte[4];
        int count = Encoding.UTF8.GetBytes(text.Slice(symbol.Start, symbol.Length), utf8);
        if (unknown is { } id && byteTokens[utf8[0]] < 0)
        {
            ids.Add(id);
            return;
        }
        foreach (byte value in utf8[..count])
        {
            ids.Add(
                byteTokens[value] is >= 0 and var token
                    ? token
                    : throw new TokenizerFormatException(
                        "tokenizer.ggml.tokens",
                        $"holds neither a token <0x{value:X2}> for a byte of the text nor an unknown token"
                    )
            );
        }
    }

    private int Find(ReadOnlySpan<char> text) =>
        text.Length <= vocabulary.LongestText && vocabulary.TryFind(text, out int id) && vocabulary.IsText(id)
            ? id
            : -1;

    // Order-preserving: the highest score gets the lowest number. Adding 0 makes -0 equal 0.
    private static uint Rank(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return ~((bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000);
    }

    private readonly ref struct Rule(SentencePieceTokenizer owner, ReadOnlySpan<char> text) : IMergeRule
    {
        private readonly ReadOnlySpan<char> text = text;

        public bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id)
        {
            id = owner.Find(text.Slice(left.Start, left.Length + right.Length));
            rank = id < 0 ? 0 : owner.ranks[id];
            return id >= 0;
        }
    }
}
