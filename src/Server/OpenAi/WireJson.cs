// Owns the JSON encoding of every wire shape: snake_case, no reflection.
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
internal sealed partial class WireJson : JsonSerializerContext;
