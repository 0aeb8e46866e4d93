// Owns the description of a loaded model: the numbers that others (engine, scheduler, inspect) need to know.
namespace Tern.Models;

/// <summary>What a loaded model is.</summary>
public sealed record ModelConfig
{
    /// <summary>GGUF's name of the architecture ("llama", "qwen3").</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the token embedding: logits of a position.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream; of an encoder's embeddings.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key/value heads.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Tokens the model was trained for.</summary>
    public required int TrainedContextLength { get; init; }

    /// <summary>Tokens a sequence may have: the trained length, or less if the caller of the loader asked for less.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Whether the model embeds texts (every token sees every other) rather than continuing them.</summary>
    public bool IsEncoder { get; init; }

    /// <summary>How an encoder's token embeddings become one.</summary>
    public PoolingType Pooling { get; init; }

    /// <summary>Elements of all weights.</summary>
    public long ParameterCount { get; init; }

    /// <summary>One line for people: "llama, 22 layers, width 2048, 32 heads (4 key/value), vocabulary 32000, context 2048".</summary>
    public string Description =>
        $"{Architecture}, {LayerCount} layers, width {EmbeddingLength}, {HeadCount} heads ({KvHeadCount} key/value), "
        + $"vocabulary {VocabularySize}, context {ContextLength}";
}
