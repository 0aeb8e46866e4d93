// Owns cutting text at matches of anything.
using System.Text;

namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Cuts at matches; what lies between them is a word, and the behavior says what they are themselves.</summary>
internal sealed class SplitPreTokenizer(MatchFinder find, SplitBehavior behavior, bool inverts = false) : PreTokenizer
{
    /// <summary>Finds stretches of characters that a predicate accepts, one character each.</summary>
    public static MatchFinder Characters(Func<Rune, bool> isMatch) =>
        (text, matches) =>
        {
            for (int i = 0; i < text.Length; )
            {
                Rune.DecodeFromUtf16(text[i..], out var rune, out int length);
                if (isMatch(rune))
                    matches.Add((i, i + length));
                i += length;
            }
        };

    /// <summary>Finds a string.</summary>
    public static MatchFinder Literal(string literal) =>
        (text, matches) =>
        {
            for (int i = 0; literal.Length > 0 && i < text.Length; )
            {
                int offset = text[i..].IndexOf(literal, StringComparison.Ordinal);
                if (offset < 0)
                    break;
                matches.Add((i + offset, i + offset + literal.Length));
                i += offset + literal.Length;
            }
        };

    public override void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words)
    {
        var matches = new List<(int Start, int End)>();
        find(text.Span, matches);
        var segments = new List<(int Start, int End, bool IsDelimiter)>((matches.Count * 2) + 1);
        int from = 0;
        foreach (var (start, end) in matches)
        {
            if (start > from)
                segments.Add((from, start, inverts));
            segments.Add((start, end, !inverts));
            from = end;
        }
        if (from < text.Length)
            segments.Add((from, text.Length, inverts));

        int wordStart = 0;
        for (int i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (behavior == SplitBehavior.Removed)
            {
                if (!segment.IsDelimiter)
                    words.Add(text[segment.Start..segment.End]);
            }
            else if (i + 1 == segments.Count || !Continues(segments, i))
            {
                words.Add(text[wordStart..segment.End]);
                wordStart = segment.End;
            }
        }
    }

    /// <summary>Whether the segment after the one at the index belongs to the same word.</summary>
    private bool Continues(List<(int Start, int End, bool IsDelimiter)> segments, int index)
    {
        bool isDelimiter = segments[index].IsDelimiter;
        bool nextIsDelimiter = segments[index + 1].IsDelimiter;
        return behavior switch
        {
            SplitBehavior.MergedWithPrevious => !isDelimiter && nextIsDelimiter,
            SplitBehavior.MergedWithNext => isDelimiter && !nextIsDelimiter,
            SplitBehavior.Contiguous => isDelimiter == nextIsDelimiter,
            _ => false,
        };
    }
}
