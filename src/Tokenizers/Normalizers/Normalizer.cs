// Owns the contract of text rewriting before pre-tokenization.
namespace Tern.Tokenizers.Normalizers;

/// <summary>Rewrites text. Immutable.</summary>
internal abstract class Normalizer
{
    /// <summary>The rewritten text.</summary>
    /// <param name="text">Text between added tokens.</param>
    public abstract string Normalize(string text);
}
