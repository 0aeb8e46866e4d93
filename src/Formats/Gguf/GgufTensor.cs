// Owns what the GGUF writer needs to know about a tensor before its bytes exist.
using Tern.Tensors;

namespace Tern.Formats.Gguf;

/// <summary>A tensor to be written: announced first, its bytes streamed later.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element type in the file.</param>
/// <param name="Shape">Outermost first.</param>
/// <param name="Write">Writes all rows, exactly <see cref="ByteLength"/> bytes.</param>
public sealed record GgufTensor(string Name, DType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>Bytes in the file, without padding.</summary>
    public long ByteLength =>
        checked(Shape.SkipLast(1).Aggregate(1L, (a, b) => checked(a * b)) * Type.RowBytes(Shape[^1]));

    /// <summary>A tensor written as it is, row by row; what can be made again is released afterwards.</summary>
    public static GgufTensor From(Tensor tensor) =>
        new(
            tensor.Name,
            tensor.Type,
            tensor.Shape.ToArray(),
            stream =>
            {
                for (long row = 0; row < tensor.Rows; row++)
                    stream.Write(tensor.Row(row));
                tensor.Release();
            }
        );
}
