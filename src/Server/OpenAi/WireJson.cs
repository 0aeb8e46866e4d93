// Owns the JSON encoding of every wire shape: snake_case, no reflection.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Server.OpenAi;

/// <summary>Source-generated serializers of the wire shapes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelWire))]
[JsonSerializable(typeof(EmbeddingList))]
[JsonSerializable(typeof(Tokenization))]
[JsonSerializable(typeof(Detokenization))]
[JsonSerializable(typeof(HealthWire))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>
    /// The serializers to use: text goes out as it is, not as escapes (nothing here is embedded in HTML).
    /// </summary>
    public static WireJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
