// Owns the two encodings of an embedding.
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Server.OpenAi;

/// <summary>Writes a vector as numbers or as base64; never reads one.</summary>
internal sealed class EmbeddingValueConverter : JsonConverter<EmbeddingValue>
{
    /// <inheritdoc/>
    public override EmbeddingValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("embeddings are only written");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EmbeddingValue value, JsonSerializerOptions options)
    {
        if (value.AsBase64)
        {
            var bytes = new byte[value.Vector.Length * sizeof(float)];
            for (int i = 0; i < value.Vector.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Vector[i]);
            writer.WriteBase64StringValue(bytes);
            return;
        }
        writer.WriteStartArray();
        foreach (float component in value.Vector)
            writer.WriteNumberValue(component);
        writer.WriteEndArray();
    }
}
