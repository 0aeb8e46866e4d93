// Owns what a safetensors header says about one tensor.
namespace Tern.Formats.Safetensors;

/// <summary>One tensor of a safetensors file, checked against the file's size.</summary>
/// <param name="File">Path of the file that holds it.</param>
/// <param name="Name">Name in the header.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Outermost first; empty for a scalar.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="ByteLength">Bytes in all.</param>
public sealed record SafetensorsEntry(
    string File,
    string Name,
    SafetensorsType Type,
    IReadOnlyList<long> Shape,
    long Offset,
    long ByteLength
);
