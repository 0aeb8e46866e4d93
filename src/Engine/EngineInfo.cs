// Owns what an engine tells about itself once it runs.
namespace Tern.Engine;

/// <summary>Facts that hold for the engine's life.</summary>
public sealed record EngineInfo
{
    /// <summary>Name under which the model is served.</summary>
    public required string ModelName { get; init; }

    /// <summary>GGUF architecture name, for instance "llama".</summary>
    public required string Architecture { get; init; }

    /// <summary>Tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>KV blocks in all.</summary>
    public required int TotalBlocks { get; init; }

    /// <summary>Tokens in a block.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Whether the model generates (false: it only embeds).</summary>
    public required bool CanGenerate { get; init; }

    /// <summary>Bytes of weights, KV cache and scratch, and which backend runs them, one sentence each.</summary>
    public required IReadOnlyList<string> Summary { get; init; }
}
