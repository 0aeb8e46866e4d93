// Owns the unigram language model of SentencePiece (T. Kudo, ACL 2018, arXiv:1804.10959): of all ways to spell a text with
// tokens, the one whose log probabilities sum highest, found by dynamic programming (Viterbi) from left to right.
using System.Text;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Unigram;

/// <summary>Most probable segmentation.</summary>
internal sealed class UnigramTokenizer : WordTokenizer
{
    // An unknown character costs this much more than the least probable token (SentencePiece's kUnkPenalty).
    private const float UnknownPenalty = 10;

    private readonly int? unknown;
    private readonly int[]? byteTokens;
    private readonly string[] texts;
    private readonly int[] ids;
    private readonly double[] scores;
    private readonly double unknownScore;

    /// <summary>Creates the algorithm.</summary>
    /// <param name="vocabulary">The tokens, with spaces as U+2581.</param>
    /// <param name="scores">One log probability per token.</param>
    /// <param name="unknown">The id of characters without a token.</param>
    /// <param name="bytesForUnknown">Whether such characters become byte tokens where those exist.</param>
    public UnigramTokenizer(Vocabulary vocabulary, IReadOnlyList<float> scores, int? unknown, bool bytesForUnknown)
    {
        this.unknown = unknown;
        int[] found = vocabulary.FindByteTokens();
        byteTokens = bytesForUnknown && !found.Contains(-1) ? found : null;
        var usable = new List<(string Text, int Id)>();
        float lowest = float.MaxValue;
        for (int id = 0; id < vocabulary.Count; id++)
        {
            var type = vocabulary.TypeOf(id);
            string text = vocabulary.TextOf(id);
            if (type is TokenType.Normal or TokenType.Undefined)
                lowest = Math.Min(lowest, scores[id]);
            bool isText = type is TokenType.Normal or TokenType.Undefined or TokenType.UserDefined or TokenType.Unused;
            if (isText && text.Length > 0 && vocabulary.Find(text) == id)
                usable.Add((text, id));
        }
        // Sorted, the tokens with one prefix are neighbours: matching narrows a range, character by character.
        usable.Sort((a, b) => string.CompareOrdinal(a.Text, b.Text));
        texts = [.. usable.Select(entry => entry.Text)];
        ids = [.. usable.Select(entry => entry.Id)];
        // User-defined tokens cost nothing, so they win over any spelling.
        this.scores = [.. ids.Select(id => vocabulary.TypeOf(id) == TokenType.UserDefined ? 0.0 : (double)scores[id])];
        unknownScore = lowest - UnknownPenalty;
    }

    public override void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> output)
    {
        foreach (var word in words)
            Encode(word.Span, output);
    }

    private void Encode(ReadOnlySpan<char> text, List<int> output)
    {
        // Per position: the best sum of scores of a spelling that ends there, its last token (-1: unknown) and where that starts.
        var best = new double[text.Length + 1];
        var lastToken = new int[text.Length + 1];
        var lastStart = new int[text.Length + 1];
        Array.Fill(best, double.NegativeInfinity, 1, text.Length);
        for (int start = 0; start < text.Length; )
        {
            Rune.DecodeFromUtf16(text[start..], out _, out int runeLength);
            bool hasWholeRune = false;
            int low = 0;
            int high = texts.Length;
            for (int length = 1; start + length <= text.Length; length++)
            {
                (low, high) = Narrow(low, high, length - 1, text[start + length - 1]);
                if (low == high)
                    break;
                if (texts[low].Length != length)
                    continue;
                hasWholeRune |= length == runeLength;
                Offer(start, start + length, best[start] + scores[low], ids[low]);
            }
            if (!hasWholeRune)
                Offer(start, start + runeLength, best[start] + unknownScore, -1);
            start += runeLength;
        }
        Backtrack(text, lastToken, lastStart, output);

        void Offer(int start, int end, double sum, int token)
        {
            // "Not worse than minus infinity" keeps every position reachable when a hostile file has infinite scores.
            if (sum > best[end] || (lastStart[end] == 0 && lastToken[end] == 0 && double.IsNegativeInfinity(best[end])))
                (best[end], lastToken[end], lastStart[end]) = (sum, token, start);
        }
    }

    private void Backtrack(ReadOnlySpan<char> text, int[] lastToken, int[] lastStart, List<int> output)
    {
        var steps = new List<(int Start, int End, int Token)>();
        for (int end = text.Length; end > 0; end = lastStart[end])
            steps.Add((lastStart[end], end, lastToken[end]));
        bool followsUnknown = false;
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            var (start, end, token) = steps[i];
            if (token >= 0)
            {
                output.Add(token);
            }
            else if (byteTokens is not null)
            {
                int count = Encoding.UTF8.GetBytes(text[start..end], utf8);
                foreach (byte value in utf8[..count])
                    output.Add(byteTokens[value]);
            }
            else if (!followsUnknown)
            {
                // A run of unknown characters is one unknown token.
                output.Add(
                    unknown
                        ?? throw new TokenizerFormatException(
                            "vocabulary",
                            "holds neither tokens for all characters of the text nor an unknown token"
                        )
                );
            }
            followsUnknown = token < 0;
        }
    }

    /// <summary>Of the tokens in a range that share their first characters, those whose next character is the given one.</summary>
    private (int Low, int High) Narrow(int low, int high, int depth, char next)
    {
        return (Bound(low, high, inclusive: false), Bound(low, high, inclusive: true));

        // First index whose character is not below the given one (or, inclusive, is above it); too short sorts first.
        int Bound(int from, int to, bool inclusive)
        {
            while (from < to)
            {
                int middle = (from + to) >>> 1;
                int c = depth < texts[middle].Length ? texts[middle][depth] : -1;
                if (c < next || (inclusive && c == next))
                    from = middle + 1;
                else
                    to = middle;
            }
            return from;
        }
    }
}
