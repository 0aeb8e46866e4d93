// Owns BPE by rules over characters: SentencePiece vocabularies as tokenizer.json writes them. Characters without a token
// become bytes, or unknown.
using System.Text;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Bpe;

/// <summary>BPE whose first symbols are characters.</summary>
internal sealed class CharacterBpeTokenizer : WordTokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly MergeTable merges;
    private readonly int[]? byteTokens;
    private readonly int? unknown;
    private readonly bool fusesUnknown;

    /// <summary>Creates the algorithm.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="rules">Pairs that merge, best first.</param>
    /// <param name="unknown">The id for characters without a token, if there is one.</param>
    /// <param name="usesBytes">Whether such characters become byte tokens where those exist.</param>
    /// <param name="fusesUnknown">Whether neighbouring unknown characters are one unknown token.</param>
    public CharacterBpeTokenizer(
        Vocabulary vocabulary,
        IReadOnlyList<(string Left, string Right)> rules,
        int? unknown,
        bool usesBytes,
        bool fusesUnknown
    )
    {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        this.fusesUnknown = fusesUnknown;
        merges = new MergeTable(vocabulary, rules);
        byteTokens = usesBytes ? vocabulary.FindByteTokens() : null;
    }

    /// <summary>Which words, if they are tokens, become those without merging.</summary>
    public Func<ReadOnlySpan<char>, bool> WholeWordsFirst { get; init; } = static _ => false;

    public override void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> ids)
    {
        var merger = new SymbolMerger();
        foreach (var word in words)
        {
            var text = word.Span;
            if (WholeWordsFirst(text) && TryFind(text, out int whole))
            {
                ids.Add(whole);
                continue;
            }
            merger.Clear();
            for (int start = 0; start < text.Length; )
            {
                Rune.DecodeFromUtf16(text[start..], out _, out int length);
                AddCharacter(merger, text.Slice(start, length), start);
                start += length;
            }
            merger.Merge(new Rule(merges));
            for (int i = merger.First; i >= 0; i = merger[i].Next)
                Append(merger[i], text, ids);
        }
    }

    private void AddCharacter(SymbolMerger merger, ReadOnlySpan<char> character, int start)
    {
        if (TryFind(character, out int id))
        {
            merger.Add(id, start, character.Length);
            return;
        }
        if (byteTokens is not null)
        {
            Span<byte> utf8 = stackalloc byte[4];
            int count = Encoding.UTF8.GetBytes(character, utf8);
            if (!HasMissing(utf8[..count]))
            {
                // The length counts merged symbols only; the text of a byte token is never looked at again.
                foreach (byte value in utf8[..count])
                    merger.Add(byteTokens[value], start, character.Length);
                return;
            }
        }
        bool continuesUnknown = fusesUnknown && merger.LastId == UnknownSymbol;
        if (!continuesUnknown)
            merger.Add(UnknownSymbol, start, character.Length);
    }

    // No rule mentions it, so it never merges.
    private const int UnknownSymbol = int.MaxValue;

    private bool HasMissing(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            if (byteTokens![value] < 0)
                return true;
        }
        return false;
    }

    private void Append(in Symbol symbol, ReadOnlySpan<char> text, List<int> ids)
    {
        if (merges.IsToken(symbol.Id))
        {
            ids.Add(symbol.Id);
            return;
        }
        ids.Add(
            unknown
                ?? throw new TokenizerFormatException(
                    "vocabulary",
                    $"holds neither tokens for '{text.Slice(symbol.Start, Math.Min(symbol.Length, text.Length - symbol.Start))}' nor an unknown token"
                )
        );
    }

    private bool TryFind(ReadOnlySpan<char> text, out int id) =>
        vocabulary.TryFind(text, out id) && vocabulary.IsText(id);

    private readonly struct Rule(MergeTable merges) : IMergeRule
    {
        public bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id) =>
            merges.TryMerge(left.Id, right.Id, out rank, out id);
    }
}
