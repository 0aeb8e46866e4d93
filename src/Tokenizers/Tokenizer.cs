// Owns the public face of tokenization: text to ids, ids to bytes and text, and which ids are special.
using System.Buffers;
using System.Text;

namespace Tern.Tokenizers;

/// <summary>
/// A vocabulary with the rules that turn text into its ids and back. Immutable after construction: any number of threads
/// may use one instance.
/// </summary>
public abstract class Tokenizer
{
    /// <summary>Number of ids; ids run from 0 to this minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The id that begins a text, or null.</summary>
    public abstract int? BosToken { get; }

    /// <summary>The id that ends a text, or null.</summary>
    public abstract int? EosToken { get; }

    /// <summary>The id for text outside the vocabulary, or null.</summary>
    public abstract int? UnknownToken { get; }

    /// <summary>The id that fills up batches, or null.</summary>
    public abstract int? PadToken { get; }

    /// <summary>Whether <see cref="Encode"/> with <c>addSpecial</c> puts tokens (BOS, CLS) before the text.</summary>
    public abstract bool AddsBos { get; }

    /// <summary>Whether <see cref="Encode"/> with <c>addSpecial</c> puts tokens (EOS, SEP) after the text.</summary>
    public abstract bool AddsEos { get; }

    /// <summary>Every id that ends a turn or a text: EOS, end of turn, end of message and their well-known relatives.</summary>
    public abstract IReadOnlySet<int> EndTokens { get; }

    /// <summary>
    /// Whether encoding puts a space before the text that decoding takes away again (SentencePiece's dummy prefix).
    /// </summary>
    public abstract bool DropsLeadingSpace { get; }

    /// <summary>Turns text into ids.</summary>
    /// <param name="text">Any text; lone surrogates count as U+FFFD.</param>
    /// <param name="addSpecial">Whether to add BOS/EOS (CLS/SEP) as the model wants.</param>
    /// <param name="parseSpecial">
    /// Whether control tokens spelled in the text become their ids; off for text of users. User-defined tokens always do.
    /// </param>
    /// <exception cref="TokenizerFormatException">The vocabulary has no token for a byte of the text, nor an unknown token.</exception>
    public abstract IReadOnlyList<int> Encode(string text, bool addSpecial = true, bool parseSpecial = true);

    /// <summary>The bytes the id stands for in running text; may be part of a UTF-8 sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract ReadOnlySpan<byte> GetBytes(int token);

    /// <summary>The vocabulary's own spelling of the id, for example <c>Ġhello</c> or <c>▁hello</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract string GetText(int token);

    /// <summary>The id with exactly this vocabulary spelling, or null.</summary>
    public abstract int? FindToken(string text);

    /// <summary>Whether the id is a control or unknown token, left out when decoding skips special tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract bool IsControl(int token);

    /// <summary>Turns ids into text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="tokens">Ids from 0 to <see cref="VocabularySize"/> - 1.</param>
    /// <param name="skipSpecial">Whether control tokens are left out instead of spelled.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens, bool skipSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int token in tokens)
        {
            if (skipSpecial && IsControl(token))
                continue;
            bytes.Write(GetBytes(token));
        }
        var written = bytes.WrittenSpan;
        return Encoding.UTF8.GetString(DropsLeadingSpace && written is [(byte)' ', ..] ? written[1..] : written);
    }

    /// <summary>A decoder that takes ids one at a time and never splits a character.</summary>
    /// <param name="skipSpecial">Whether control tokens are left out instead of spelled.</param>
    /// <param name="continuesText">
    /// Whether the ids continue a text (generated tokens after a prompt), so that a leading space is the model's own and stays.
    /// </param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecial = true, bool continuesText = false) =>
        new(this, skipSpecial, continuesText);
}
