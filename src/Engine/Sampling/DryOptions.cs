// Owns the knobs of the DRY penalty.
namespace Tern.Engine.Sampling;

/// <summary>
/// Don't repeat yourself: a token that would extend a repeated sequence of length n ≥ AllowedLength is penalized by
/// Multiplier · Base^(n - AllowedLength) (text-generation-webui pull request 5677).
/// </summary>
public sealed record DryOptions
{
    /// <summary>Strength of the penalty; 0 = off.</summary>
    public float Multiplier { get; init; } = 0.8f;

    /// <summary>Growth per token of repetition.</summary>
    public float Base { get; init; } = 1.75f;

    /// <summary>Longest repetition that goes unpunished, in tokens.</summary>
    public int AllowedLength { get; init; } = 2;

    /// <summary>How many of the last tokens are searched; -1 = the whole context.</summary>
    public int PenaltyLastN { get; init; } = -1;

    /// <summary>Texts that interrupt a repetition.</summary>
    public IReadOnlyList<string> SequenceBreakers { get; init; } = ["\n", ":", "\"", "*"];
}
