// Owns the description of where one layer's keys or values lie in a paged cache.
using Tern.Tensors;

namespace Tern.Kernels;

/// <summary>
/// One layer's keys (or values) in a paged cache: block b, slot s, key/value head h starts at
/// <c>Data + b*BlockStride + s*TokenStride + h*HeadDim*sizeof(element)</c>. Element types: F32, F16.
/// </summary>
/// <param name="Data">First byte of this layer's part of block 0.</param>
/// <param name="Type">Element type.</param>
/// <param name="BlockStride">Bytes from a block to the next.</param>
/// <param name="TokenStride">Bytes from a token to the next inside a block.</param>
/// <param name="BlockSize">Tokens in a block.</param>
/// <param name="Heads">Key/value heads.</param>
/// <param name="HeadDim">Elements of one head's vector.</param>
public readonly unsafe record struct KvView(
    IntPtr Data,
    DType Type,
    long BlockStride,
    long TokenStride,
    int BlockSize,
    int Heads,
    int HeadDim
)
{
    /// <summary>Address of the vector of head 0 of the token in <paramref name="slot"/> = block * BlockSize + offset.</summary>
    public byte* Token(int slot) => (byte*)Data + slot / BlockSize * BlockStride + slot % BlockSize * TokenStride;
}
