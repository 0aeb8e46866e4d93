// Owns BERT's cutting of text: at white space, which goes, and around each punctuation character.
using System.Text;

namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Cuts at white space and isolates punctuation.</summary>
internal sealed class BertPreTokenizer : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words)
    {
        var span = text.Span;
        int wordStart = 0;
        for (int i = 0; i < span.Length; )
        {
            Rune.DecodeFromUtf16(span[i..], out var rune, out int length);
            bool isSpace = Rune.IsWhiteSpace(rune);
            if (isSpace || IsPunctuation(rune))
            {
                if (i > wordStart)
                    words.Add(text[wordStart..i]);
                if (!isSpace)
                    words.Add(text.Slice(i, length));
                wordStart = i + length;
            }
            i += length;
        }
        if (wordStart < span.Length)
            words.Add(text[wordStart..]);
    }

    /// <summary>Unicode punctuation, and every ASCII character that is neither letter, digit, space nor control.</summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.IsAscii
            ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
            : Rune.IsPunctuation(rune);
}
