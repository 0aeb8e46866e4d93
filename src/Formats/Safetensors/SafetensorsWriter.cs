// Owns the writing of safetensors files.
using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Tern.Tensors;

namespace Tern.Formats.Safetensors;

/// <summary>Writes one safetensors file, whole or not at all.</summary>
public static class SafetensorsWriter
{
    // Headers are padded with spaces so that the data begins aligned, for the widest vectors.
    private const int LengthBytes = 8;
    private const int HeaderAlignment = 64;

    /// <summary>Writes the tensors under their names, in order, row by row.</summary>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="tensors">Plain types only: the format has no quantized blocks.</param>
    /// <param name="metadata">Becomes <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">A type has no name in the format, or a name appears twice.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string destination,
        IReadOnlyList<Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        byte[] header = BuildHeader(tensors, metadata);
        AtomicFile.Write(
            destination,
            LengthBytes + header.Length + tensors.Sum(t => t.ByteLength),
            stream =>
            {
                Span<byte> length = stackalloc byte[LengthBytes];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach (var tensor in tensors)
                {
                    for (long row = 0; row < tensor.Rows; row++)
                        stream.Write(tensor.Row(row));
                }
            }
        );
    }

    private static byte[] BuildHeader(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"two tensors are named '{tensor.Name}'", nameof(tensors));
                var type =
                    SafetensorsType.All.FirstOrDefault(t => t.DType == tensor.Type)
                    ?? throw new ArgumentException(
                        $"{tensor} has a type that safetensors does not have",
                        nameof(tensors)
                    );
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", type.Name);
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
        int padding = (HeaderAlignment - (LengthBytes + buffer.WrittenCount) % HeaderAlignment) % HeaderAlignment;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }
}
