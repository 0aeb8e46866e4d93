// Owns the contract of the block formats that Tern can also write, not only read.
namespace Tern.Tensors.Quantization;

/// <summary>A block format with a quantizer.</summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
public interface IQuantizableBlock<TSelf> : IQuantizedBlock<TSelf>
    where TSelf : unmanaged, IQuantizableBlock<TSelf>
{
    /// <summary>Packs one block's worth of finite values.</summary>
    static abstract void Quantize(ReadOnlySpan<float> values, out TSelf block);
}
