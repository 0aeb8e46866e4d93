// Owns the dimensions of a dense transformer and what follows from them: parameters, weight bytes, KV bytes.
namespace Tern.Scheduling.Latency;

/// <summary>
/// A decoder's dimensions. Counts matrices and embeddings; biases and norms, far below a thousandth of the whole, are left out.
/// </summary>
public sealed record ModelShape
{
    /// <summary>Name in <see cref="ModelCatalog"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Hidden { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads: fewer than <see cref="Heads"/> with grouped queries.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head.</summary>
    public required int HeadDimension { get; init; }

    /// <summary>Inner width of the feed-forward network.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Whether the feed-forward network is gated (SwiGLU): three matrices instead of two.</summary>
    public required bool Gated { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Whether the LM head is the embedding matrix.</summary>
    public required bool TiedEmbedding { get; init; }

    /// <summary>Learned position embeddings; 0 with rotary ones.</summary>
    public int LearnedPositions { get; init; }

    /// <summary>Bytes a weight; 2 for FP16 and BF16.</summary>
    public double BytesPerWeight { get; init; } = 2;

    /// <summary>Bytes of an element of a key or value; 2 for FP16 and BF16.</summary>
    public double BytesPerKvElement { get; init; } = 2;

    /// <summary>Weights of one layer's matrices.</summary>
    public long LayerParameters =>
        2L * Hidden * HeadDimension * (Heads + KvHeads) + (Gated ? 3L : 2L) * Hidden * FeedForward;

    /// <summary>Weights of the LM head, which a sampled token passes through.</summary>
    public long HeadParameters => (long)Vocabulary * Hidden;

    /// <summary>Weights outside the layers: embeddings of tokens and positions, and the LM head where it is a matrix of its own.</summary>
    public long EmbeddingParameters => HeadParameters * (TiedEmbedding ? 1 : 2) + (long)LearnedPositions * Hidden;

    /// <summary>All weights.</summary>
    public long Parameters => Layers * LayerParameters + EmbeddingParameters;

    /// <summary>Bytes of all weights.</summary>
    public double WeightBytes => Parameters * BytesPerWeight;

    /// <summary>Bytes of the key and value of one token in one layer.</summary>
    public double LayerKvBytesPerToken => 2.0 * KvHeads * HeadDimension * BytesPerKvElement;

    /// <summary>Bytes of the keys and values of one token in all layers.</summary>
    public double KvBytesPerToken => Layers * LayerKvBytesPerToken;
}
