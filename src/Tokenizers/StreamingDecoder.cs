// Owns the bytes of an unfinished character between tokens, so that what is emitted is always whole UTF-8.
using System.Text;

namespace Tern.Tokenizers;

/// <summary>
/// Decodes a stream of ids. The pieces concatenated equal <see cref="Tokenizer.Decode"/> of all ids, wherever the stream is
/// cut. For one stream and one thread at a time.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer tokenizer;
    private readonly bool skipSpecial;
    private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();
    private char[] text = new char[16];
    private bool dropsSpace;

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecial, bool continuesText)
    {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
        dropsSpace = tokenizer.DropsLeadingSpace && !continuesText;
    }

    /// <summary>The text that is certain after this id: possibly empty, never half a character. Valid until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public ReadOnlySpan<char> Append(int token)
    {
        if (skipSpecial && tokenizer.IsControl(token))
            return "";
        var bytes = tokenizer.GetBytes(token);
        if (dropsSpace && !bytes.IsEmpty)
        {
            dropsSpace = false;
            if (bytes[0] == (byte)' ')
                bytes = bytes[1..];
        }
        return Decode(bytes, flush: false);
    }

    /// <summary>What is left at the end: U+FFFD for an unfinished character, else nothing.</summary>
    public ReadOnlySpan<char> Flush() => Decode([], flush: true);

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        // A decoder may owe characters for the (at most three) bytes it holds back.
        int most = Encoding.UTF8.GetMaxCharCount(bytes.Length + 3);
        if (text.Length < most)
            text = new char[most];
        return text.AsSpan(0, utf8.GetChars(bytes, text, flush));
    }
}
