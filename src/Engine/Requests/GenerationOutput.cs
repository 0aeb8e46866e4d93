// Owns what the engine says of a request as it goes on.
namespace Tern.Engine.Requests;

/// <summary>One step of one answer. The stream of a request ends after every answer has had its <see cref="Finish"/>.</summary>
public sealed record GenerationOutput
{
    /// <summary>Which of the n answers.</summary>
    public required int Index { get; init; }

    /// <summary>New token ids; empty when only text that was held back is released.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>New text, whole UTF-8 characters, never part of a stop string.</summary>
    public required string Text { get; init; }

    /// <summary>One entry per new token when the request asked for log-probabilities.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }

    /// <summary>Why the answer ended; null while it goes on.</summary>
    public FinishReason? Finish { get; init; }

    /// <summary>The stop string or token that ended it, if one did.</summary>
    public string? StopReason { get; init; }

    /// <summary>How often the weights had been changed (<see cref="LlmEngine.UpdateWeightsAsync"/>) before those that gave these tokens.</summary>
    public long WeightsVersion { get; init; }

    /// <summary>Timings and counts so far.</summary>
    public required GenerationUsage Usage { get; init; }
}
