// Owns one sampled answer.
namespace Tern.Training.Rl;

/// <summary>An answer, token by token, as the engine gave it.</summary>
public sealed record Rollout
{
    /// <summary>Number of the prompt in its task.</summary>
    public required int Prompt { get; init; }

    /// <summary>Which of the group's answers.</summary>
    public required int Sample { get; init; }

    /// <summary>Token ids of the prompt.</summary>
    public required IReadOnlyList<int> PromptTokens { get; init; }

    /// <summary>Token ids of the answer, the one that ended it included.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>The log-probability that the engine gave each token when it chose it.</summary>
    public required IReadOnlyList<float> LogProbabilities { get; init; }

    /// <summary>The version of the weights that each token came from.</summary>
    public required IReadOnlyList<long> Versions { get; init; }

    /// <summary>The text, special tokens left out.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it ended by itself, rather than at the length limit.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The checker's verdict, from 0 to 1.</summary>
    public double Reward { get; init; }
}
