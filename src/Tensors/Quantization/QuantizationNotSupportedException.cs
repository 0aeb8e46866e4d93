// Owns the error for a type that has no quantizer.
namespace Tern.Tensors.Quantization;

/// <summary>The type can be read but not written; the message names the types that can.</summary>
public sealed class QuantizationNotSupportedException(DType type, IEnumerable<DType> supported)
    : NotSupportedException($"there is no quantizer for {type}; supported are {string.Join(", ", supported)}")
{
    /// <summary>The type asked for.</summary>
    public DType Type { get; } = type;
}
