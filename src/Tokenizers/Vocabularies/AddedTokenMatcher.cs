// Owns finding added tokens in text: leftmost first, the longest of those that start at one place.
using System.Buffers;

namespace Tern.Tokenizers.Vocabularies;

/// <summary>Cuts text into tokens matched whole and the text between them.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<string> texts;
    private readonly Dictionary<char, AddedToken[]> byFirstChar;

    private AddedTokenMatcher(IReadOnlyList<AddedToken> tokens)
    {
        texts = SearchValues.Create(tokens.Select(token => token.Text).ToArray(), StringComparison.Ordinal);
        byFirstChar = tokens
            .GroupBy(token => token.Text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Text.Length).ToArray());
    }

    /// <summary>A piece of text: a token if <see cref="Token"/> is not null, else the text from Start to End.</summary>
    public readonly record struct Piece(AddedToken? Token, int Start, int End);

    /// <summary>A matcher for the tokens that have a text, or null if there are none.</summary>
    public static AddedTokenMatcher? Create(IEnumerable<AddedToken> tokens)
    {
        var usable = tokens.Where(token => token.Text.Length > 0).DistinctBy(token => token.Text).ToArray();
        return usable.Length == 0 ? null : new AddedTokenMatcher(usable);
    }

    /// <summary>Cuts the text; pieces follow each other, and text pieces are never empty.</summary>
    public List<Piece> Split(ReadOnlySpan<char> text)
    {
        var pieces = new List<Piece>();
        int textStart = 0;
        int position = 0;
        while (position < text.Length)
        {
            int offset = text[position..].IndexOfAny(texts);
            if (offset < 0)
                break;
            position += offset;
            if (LongestAt(text, position) is not { } token)
            {
                position++;
                continue;
            }
            int start = position;
            int end = position + token.Text.Length;
            if (token.StripsLeft)
            {
                while (start > textStart && char.IsWhiteSpace(text[start - 1]))
                    start--;
            }
            if (token.StripsRight)
            {
                while (end < text.Length && char.IsWhiteSpace(text[end]))
                    end++;
            }
            if (start > textStart)
                pieces.Add(new Piece(null, textStart, start));
            pieces.Add(new Piece(token, start, end));
            textStart = position = end;
        }
        if (textStart < text.Length)
            pieces.Add(new Piece(null, textStart, text.Length));
        return pieces;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text, int position)
    {
        foreach (var token in byFirstChar[text[position]])
        {
            int end = position + token.Text.Length;
            if (!text[position..].StartsWith(token.Text, StringComparison.Ordinal))
                continue;
            bool touchesWord =
                token.IsSingleWord
                && ((position > 0 && IsWord(text[position - 1])) || (end < text.Length && IsWord(text[end])));
            if (!touchesWord)
                return token;
        }
        return null;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
