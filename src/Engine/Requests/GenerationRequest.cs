// Owns what a caller asks of the engine.
using Tern.Engine.Sampling;

namespace Tern.Engine.Requests;

/// <summary>A prompt, already tokenized, and how to continue it.</summary>
public sealed record GenerationRequest
{
    /// <summary>Unique among the requests in flight.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>Token ids, special tokens included. Not empty.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>How tokens are chosen and when to stop.</summary>
    public SamplingParams Sampling { get; init; } = new();

    /// <summary>Smaller goes first where the ordering policy looks at it.</summary>
    public int Priority { get; init; }

    /// <summary>Special tokens appear in the text (tool-call parsers want them).</summary>
    public bool KeepSpecialTokens { get; init; }
}
