// Owns what a run of reinforcement learning reports of a step.
namespace Tern.Training.Rl;

/// <summary>One step: a line of the log.</summary>
public sealed record RlProgress
{
    /// <summary>Number of the step, from 1; 0 is the state after the warm start.</summary>
    public required long Step { get; init; }

    /// <summary>Mean reward of the judged answers.</summary>
    public double Reward { get; init; }

    /// <summary>Share of judged answers that are solutions.</summary>
    public double PassRate { get; init; }

    /// <summary>Share of the answers to held-out prompts (see <see cref="RlConfig.EvaluateAnswers"/>) that are solutions, where it was measured.</summary>
    public double? HeldOut { get; init; }

    /// <summary>The first held-out prompt and its first answer, which is left out where it did not end by itself.</summary>
    public string? Example { get; init; }

    /// <summary>Groups judged.</summary>
    public int Groups { get; init; }

    /// <summary>Share of judged groups without differences.</summary>
    public double ZeroVariance { get; init; }

    /// <summary>Mean tokens of an answer.</summary>
    public double AnswerTokens { get; init; }

    /// <summary>Share of answers cut at the length limit.</summary>
    public double Truncated { get; init; }

    /// <summary>Tokens generated since reinforcement began, all answers counted.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>The loss.</summary>
    public double Loss { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Share of tokens whose ratio was clipped.</summary>
    public double ClipFraction { get; init; }

    /// <summary>Largest distance from 1 of a ratio in the step's first update: 0 when trainer and engine agree on every bit.</summary>
    public double FirstRatioDeviation { get; init; }

    /// <summary>Mean divergence from the weights that reinforcement began with, in nats a token; 0 without a coefficient.</summary>
    public double Divergence { get; init; }

    /// <summary>Checks that threw or gave no reward from 0 to 1, since the run was opened.</summary>
    public long FailedChecks { get; init; }

    /// <summary>Checks that took too long, since the run was opened.</summary>
    public long TimedOutChecks { get; init; }

    /// <summary>The last of either: prompt, answer, and why; null while there is none.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Seconds of generation and judging.</summary>
    public double RolloutSeconds { get; init; }

    /// <summary>Seconds of learning.</summary>
    public double LearningSeconds { get; init; }
}
