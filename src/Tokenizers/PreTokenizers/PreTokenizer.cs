// Owns the contract of cutting text into words that no token crosses.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Cuts text into words. Immutable.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Appends the words of a text in order; words are not empty.</summary>
    /// <param name="text">Text between added tokens, or a word of an earlier pre-tokenizer.</param>
    /// <param name="isFirst">Whether the text stands at the very beginning of the input.</param>
    /// <param name="words">Receives slices of the text, or of a rewritten copy.</param>
    public abstract void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words);
}
