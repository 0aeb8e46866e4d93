// Owns the writing of safetensors files: the header first, then the tensors one after another, never all in memory.
using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Tern.Tensors;

namespace Tern.Formats.Safetensors;

/// <summary>
/// Writes one safetensors file, whole or not at all. The format allows no holes, so tensors of wider elements come first, as
/// the reference implementation has them: then each begins at a multiple of its element. Otherwise the order is kept.
/// </summary>
public static class SafetensorsWriter
{
    // Headers are padded with spaces so that the data begins aligned for the widest element.
    private const int HeaderAlignment = 8;

    private const string MetadataKey = "__metadata__";

    /// <summary>Writes tensors as they are, under their names.</summary>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="tensors">Plain types only: the format has no quantized blocks.</param>
    /// <param name="metadata">Becomes <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">A type has no name in the format, or a name appears twice.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string destination,
        IReadOnlyList<Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => Write(destination, [.. tensors.Select(SafetensorsTensor.From)], metadata);

    /// <summary>Writes tensors whose bytes are made while writing.</summary>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="tensors">What is written.</param>
    /// <param name="metadata">Becomes <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">A name appears twice or is reserved, or a dimension is negative.</exception>
    /// <exception cref="InvalidOperationException">A tensor wrote another number of bytes than it announced.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string destination,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        Check(tensors);
        List<SafetensorsTensor> ordered = [.. tensors.OrderByDescending(tensor => tensor.Type.Bytes)];
        byte[] header = BuildHeader(ordered, metadata);
        AtomicFile.Write(
            destination,
            sizeof(long) + header.Length + ordered.Sum(tensor => tensor.ByteLength),
            stream =>
            {
                Span<byte> length = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach (var tensor in ordered)
                {
                    long end = stream.Position + tensor.ByteLength;
                    tensor.Write(stream);
                    if (stream.Position != end)
                        throw new InvalidOperationException(
                            $"tensor '{tensor.Name}' wrote {stream.Position - end + tensor.ByteLength} bytes, "
                                + $"announced were {tensor.ByteLength}"
                        );
                }
            }
        );
    }

    private static void Check(IReadOnlyList<SafetensorsTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException(
                    tensor.Name == MetadataKey
                        ? $"a tensor is named '{MetadataKey}', which the format keeps for itself"
                        : $"two tensors are named '{tensor.Name}'",
                    nameof(tensors)
                );
            if (tensor.Shape.Any(dimension => dimension < 0))
                throw new ArgumentException($"tensor '{tensor.Name}' has a negative dimension", nameof(tensors));
        }
    }

    private static byte[] BuildHeader(
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.Name);
                json.WriteStartArray("shape");
                foreach (long dimension in tensor.Shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        int padding = (HeaderAlignment - buffer.WrittenCount % HeaderAlignment) % HeaderAlignment;
        buffer.Write("        "u8[..padding]);
        return buffer.WrittenSpan.ToArray();
    }
}
