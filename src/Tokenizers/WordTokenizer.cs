// Owns the contract of a tokenization algorithm: words, as the pre-tokenizer cut them, become ids.
namespace Tern.Tokenizers;

/// <summary>One algorithm (BPE, unigram, WordPiece) over one vocabulary. Immutable; scratch memory lives per call.</summary>
internal abstract class WordTokenizer
{
    /// <summary>Appends the ids of each word, in order.</summary>
    public abstract void Encode(IReadOnlyList<ReadOnlyMemory<char>> words, List<int> ids);
}
