// Owns the pairing of a tensor with the block of memory it was lent.
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Training.Autograd;

/// <param name="Tensor">The float32 tensor.</param>
/// <param name="Memory">Its memory, which goes back to the pool as a whole.</param>
internal sealed record PooledTensor(Tensor Tensor, AlignedMemory Memory)
{
    public Span<float> Values => Tensor.Span<float>();
}
