// Owns WordPiece (J. Devlin et al. 2018, section 3 and tokenization.py): from the left, the longest token that fits.
using System.Buffers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.WordPiece;

/// <summary>Greedy longest match; a word that cannot be spelled whole is one unknown token.</summary>
internal sealed class WordPieceTokenizer : WordTokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly string startMark;
    private readonly string continuationMark;
    private readonly int unknown;
    private readonly int longestWord;

    /// <summary>Creates the algorithm.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="startMark">What tokens that start a word are spelled with, before their text.</param>
    /// <param name="continuationMark">The same of tokens inside a word.</param>
    /// <param name="unknown">The id of words that cannot be spelled.</param>
    /// <param name="longestWord">Words of more characters are unknown.</param>
    public WordPieceTokenizer(
        Vocabulary vocabulary,
        string startMark,
        string continuationMark,
        int unknown,
        int longestWord = int.MaxValue
    )
    {
        this.vocabulary = vocabulary;
        this.startMark = startMark;
        this.continuationMark = continuationMark;
        this.unknown = unknown;
        this.longestWord = longestWord;
    }

    public override void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> ids)
    {
        int most = vocabulary.LongestText + Math.Max(startMark.Length, continuationMark.Length);
        char[] buffer = ArrayPool<char>.Shared.Rent(most);
        foreach (var word in words)
        {
            int before = ids.Count;
            if (CountRunes(word.Span) > longestWord || !TryEncode(word.Span, buffer, ids))
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(unknown);
            }
        }
        ArrayPool<char>.Shared.Return(buffer);
    }

    private bool TryEncode(ReadOnlySpan<char> word, Span<char> buffer, List<int> ids)
    {
        for (int start = 0; start < word.Length; )
        {
            string mark = start == 0 ? startMark : continuationMark;
            mark.CopyTo(buffer);
            int most = Math.Min(word.Length - start, Math.Max(0, vocabulary.LongestText - mark.Length));
            word.Slice(start, most).CopyTo(buffer[mark.Length..]);
            int length = most;
            for (; length > 0; length--)
            {
                bool splitsPair = start + length < word.Length && char.IsLowSurrogate(word[start + length]);
                if (
                    !splitsPair
                    && vocabulary.TryFind(buffer[..(mark.Length + length)], out int id)
                    && vocabulary.IsText(id)
                )
                {
                    ids.Add(id);
                    break;
                }
            }
            if (length == 0)
                return false;
            start += length;
        }
        return true;
    }

    private static int CountRunes(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (var _ in word.EnumerateRunes())
            count++;
        return count;
    }
}
