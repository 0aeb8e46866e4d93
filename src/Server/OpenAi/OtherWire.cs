// Owns the small wire shapes: models, embeddings, tokenization.
using System.Text.Json.Serialization;

namespace Tern.Server.OpenAi;

/// <summary>The list of served models.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelWire> Data);

/// <summary>A served model.</summary>
internal sealed record ModelWire(string Id, string Object, long Created, string OwnedBy, int MaxModelLen);

/// <summary>Embeddings of one or more inputs.</summary>
internal sealed record EmbeddingList(
    string Object,
    IReadOnlyList<EmbeddingWire> Data,
    string Model,
    EmbeddingUsage Usage
);

/// <summary>One embedding.</summary>
internal sealed record EmbeddingWire(string Object, int Index, EmbeddingValue Embedding);

/// <summary>A vector, written as an array of numbers or as base64 of little-endian float32.</summary>
[JsonConverter(typeof(EmbeddingValueConverter))]
internal sealed record EmbeddingValue(float[] Vector, bool AsBase64);

/// <summary>Token counts of an embeddings request.</summary>
internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);

/// <summary>Ids of a text.</summary>
internal sealed record Tokenization(int Count, int MaxModelLen, IReadOnlyList<int> Tokens);

/// <summary>Text of ids.</summary>
internal sealed record Detokenization(string Prompt);

/// <summary>Health answers.</summary>
internal sealed record HealthWire(string Status, string? Reason);
