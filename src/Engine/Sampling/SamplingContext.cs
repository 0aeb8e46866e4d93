// Owns what the choice of one token depends on, besides the logits.
namespace Tern.Engine.Sampling;

/// <summary>One answer at one position.</summary>
public readonly ref struct SamplingContext
{
    /// <summary>The request's parameters, validated.</summary>
    public required SamplingParams Parameters { get; init; }

    /// <summary>Prompt and answer so far.</summary>
    public required ReadOnlySpan<int> History { get; init; }

    /// <summary>How much of <see cref="History"/> is prompt.</summary>
    public required int PromptLength { get; init; }

    /// <summary>The request's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which of the n answers.</summary>
    public required int AnswerIndex { get; init; }

    /// <summary>Tokens that may not be chosen before <see cref="SamplingParams.MinTokens"/>.</summary>
    public ReadOnlySpan<int> EndTokens { get; init; }
}
