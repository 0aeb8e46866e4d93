// Owns the pairing of a tensor with the block of memory it was lent.
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Training.Autograd;

/// <param name="tensor">The float32 tensor.</param>
/// <param name="memory">Its memory, which goes back to the pool as a whole.</param>
internal sealed class PooledTensor(Tensor tensor, AlignedMemory memory)
{
    public AlignedMemory Memory { get; } = memory;

    /// <summary>How many must return it before the pool has it back.</summary>
    public int Holders { get; set; } = 1;

    /// <summary>Whether others read it too, so that nobody may write.</summary>
    public bool IsShared => Holders > 1;

    public Span<float> Values => tensor.Span<float>();
}
