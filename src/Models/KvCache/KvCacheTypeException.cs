// Owns the error of a cache whose element type does not fit a model.
using Tern.Kernels;
using Tern.Tensors;

namespace Tern.Models.KvCache;

/// <summary>The type packs values in blocks that a head of the model does not fill. The message says what would fit.</summary>
/// <param name="type">The type asked for.</param>
/// <param name="part">What does not fit: "key" or "value".</param>
/// <param name="headDim">Its elements.</param>
public sealed class KvCacheTypeException(DType type, string part, int headDim)
    : Exception(
        $"a {type} key/value cache packs {type.ElementsPerBlock()} elements in a block, but a head's {part} has {headDim} in this model; "
            + $"{KvTypes.NamesThatFit(headDim)} would fit"
    )
{
    /// <summary>The type asked for.</summary>
    public DType Type => type;

    /// <summary>Elements of the head that does not fit.</summary>
    public int HeadDim => headDim;
}
