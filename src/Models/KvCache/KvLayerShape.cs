// Owns the shape of what one layer keeps of a token.
using Tern.Kernels;
using Tern.Tensors;

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
    /// <summary>Bytes stored of a token, in a cache of the type.</summary>
    /// <exception cref="KvCacheTypeException">A head's key or value is no whole number of the type's blocks.</exception>
    public int BytesPerToken(DType type)
    {
        int key = VectorBytes(type, "key", KeyLength);
        int value = VectorBytes(type, "value", ValueLength);
        return checked(Heads * (ValuesInKeys ? key : key + value));
    }

    private static int VectorBytes(DType type, string part, int length) =>
        KvTypes.Fits(type, length)
            ? checked((int)type.RowBytes(length))
            : throw new KvCacheTypeException(type, part, length);
}
