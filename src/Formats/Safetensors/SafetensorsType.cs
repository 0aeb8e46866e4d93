// Owns the names of safetensors element types and what they are here.
using Tern.Tensors;

namespace Tern.Formats.Safetensors;

/// <summary>An element type of the format: its name, its size, and the <see cref="DType"/> when there is one.</summary>
/// <param name="Name">As in the header.</param>
/// <param name="Bytes">Of one element.</param>
/// <param name="DType">Null when a <see cref="Tensor"/> cannot hold it.</param>
public sealed record SafetensorsType(string Name, int Bytes, DType? DType)
{
    /// <summary>Every type with whole bytes (github.com/huggingface/safetensors, <c>enum Dtype</c>).</summary>
    public static IReadOnlyList<SafetensorsType> All { get; } =
    [
        new("F32", 4, Tensors.DType.F32),
        new("BF16", 2, Tensors.DType.BF16),
        new("F16", 2, Tensors.DType.F16),
        new("F64", 8, Tensors.DType.F64),
        new("I8", 1, Tensors.DType.I8),
        new("I16", 2, Tensors.DType.I16),
        new("I32", 4, Tensors.DType.I32),
        new("I64", 8, Tensors.DType.I64),
        new("BOOL", 1, null),
        new("U8", 1, null),
        new("U16", 2, null),
        new("U32", 4, null),
        new("U64", 8, null),
        new("F8_E4M3", 1, null),
        new("F8_E5M2", 1, null),
        new("F8_E8M0", 1, null),
    ];

    /// <summary>The type of that element.</summary>
    /// <exception cref="ArgumentException">The format has none.</exception>
    public static SafetensorsType Of(DType type) =>
        All.FirstOrDefault(t => t.DType == type)
        ?? throw new ArgumentException(
            $"safetensors has no element type {type}; it has {string.Join(", ", All.Select(t => t.Name))}",
            nameof(type)
        );
}
