// Owns the description of where one layer's keys or values lie in a paged cache.
using Tern.Tensors;

namespace Tern.Kernels;

/// <summary>
/// One layer's keys (or values) in a paged cache: the vector of key/value head h of the token in slot s of block b starts
/// at <c>Data + b*BlockStride + h*HeadStride + s*TokenStride</c>. Element types: those of <see cref="KvTypes"/>.
/// </summary>
/// <param name="Data">First byte of this layer's part of block 0.</param>
/// <param name="Type">Element type.</param>
/// <param name="BlockStride">Bytes from a block to the next.</param>
/// <param name="HeadStride">Bytes from a head to the next inside a block.</param>
/// <param name="TokenStride">Bytes from a token to the next inside a block.</param>
/// <param name="BlockSize">Tokens in a block.</param>
/// <param name="Heads">Key/value heads.</param>
/// <param name="HeadDim">Elements of one head's vector, a whole number of the type's blocks.</param>
public readonly unsafe record struct KvView(
    IntPtr Data,
    DType Type,
    long BlockStride,
    long HeadStride,
    long TokenStride,
    int BlockSize,
    int Heads,
    int HeadDim
)
{
    /// <summary>Bytes of one head's vector.</summary>
    public int VectorBytes => checked((int)Type.RowBytes(HeadDim));

    /// <summary>Address of a head's vector of the token in <paramref name="slot"/> = block * BlockSize + offset.</summary>
    public byte* Vector(int slot, int head) =>
        (byte*)Data + slot / BlockSize * BlockStride + head * HeadStride + slot % BlockSize * TokenStride;
}
