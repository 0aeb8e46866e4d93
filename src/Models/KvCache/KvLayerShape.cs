// Owns the shape of what one layer keeps of a token.
namespace Tern.Models.KvCache;

/// <summary>What one layer stores of every token.</summary>
/// <param name="Heads">Key/value heads.</param>
/// <param name="KeyLength">Elements of a head's key.</param>
/// <param name="ValueLength">Elements of a head's value.</param>
/// <param name="ValuesInKeys">
/// Whether the value is the first <paramref name="ValueLength"/> elements of the key and is not stored again
/// (multi-head latent attention, arXiv 2405.04434, keeps one latent vector for both).
/// </param>
public readonly record struct KvLayerShape(int Heads, int KeyLength, int ValueLength, bool ValuesInKeys = false)
{
    /// <summary>Elements stored of a token.</summary>
    public int ElementsPerToken => checked(Heads * (ValuesInKeys ? KeyLength : KeyLength + ValueLength));
}
