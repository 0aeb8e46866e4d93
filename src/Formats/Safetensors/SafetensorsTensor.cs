// Owns what the safetensors writer needs to know about a tensor before its bytes exist.
using Tern.Tensors;

namespace Tern.Formats.Safetensors;

/// <summary>A tensor to be written: announced first, its bytes streamed later.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element type in the file.</param>
/// <param name="Shape">Outermost first; empty for a scalar.</param>
/// <param name="Write">Writes all elements in row-major order, little-endian, exactly <see cref="ByteLength"/> bytes.</param>
public sealed record SafetensorsTensor(
    string Name,
    SafetensorsType Type,
    IReadOnlyList<long> Shape,
    Action<Stream> Write
)
{
    /// <summary>Bytes in the file.</summary>
    public long ByteLength => Shape.Aggregate((long)Type.Bytes, (a, b) => checked(a * b));

    /// <summary>A tensor written as it is, row by row; what can be made again is released afterwards.</summary>
    /// <exception cref="ArgumentException">Its type has no name in the format.</exception>
    public static SafetensorsTensor From(Tensor tensor) =>
        new(
            tensor.Name,
            SafetensorsType.Of(tensor.Type),
            tensor.Shape.ToArray(),
            stream =>
            {
                for (long row = 0; row < tensor.Rows; row++)
                    stream.Write(tensor.Row(row));
                tensor.Release();
            }
        );
}
