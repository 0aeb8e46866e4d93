// Owns the contract of a block format: what one block is, how it becomes floats and how floats become it.
namespace Tern.Tensors.Quantization;

/// <summary>
/// A block of quantized values, laid out in memory exactly as in a file. Implemented by structs, so that one generic
/// loop serves all formats without a virtual call.
/// </summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
public interface IQuantizedBlock<TSelf>
    where TSelf : unmanaged, IQuantizedBlock<TSelf>
{
    /// <summary>The element type made of these blocks.</summary>
    static abstract DType Type { get; }

    /// <summary>Elements in a block.</summary>
    static abstract int Elements { get; }

    /// <summary>Writes the block's values, <see cref="Elements"/> of them.</summary>
    static abstract void Dequantize(in TSelf block, Span<float> values);
}
