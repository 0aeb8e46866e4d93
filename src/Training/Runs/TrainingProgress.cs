// Owns what a training run reports of a step.
namespace Tern.Training.Runs;

/// <summary>One step of a run: a line of its log.</summary>
public sealed record TrainingProgress
{
    /// <summary>Number of the step, from 1.</summary>
    public required long Step { get; init; }

    /// <summary>Mean cross-entropy of the step's learned tokens, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The same on validation data, where it was measured.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Learning rate.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Tokens seen since the run began.</summary>
    public required long Tokens { get; init; }

    /// <summary>Tokens a second of this step.</summary>
    public required double TokensPerSecond { get; init; }
}
