// Owns the choices of a policy-gradient loss.
namespace Tern.Training.Rl.Losses;

/// <summary>Which variant of the clipped policy-gradient loss.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>What a group's rewards become.</summary>
    public AdvantageKind Advantage { get; init; } = AdvantageKind.Grpo;

    /// <summary>What the ratio of probabilities is taken over.</summary>
    public RatioLevel Ratio { get; init; } = RatioLevel.Token;

    /// <summary>How tokens are averaged.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.SequenceMean;

    /// <summary>How far below 1 the ratio counts.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio counts; DAPO's clip-higher is 0.28 (arXiv 2503.14476).</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>Largest ratio that counts against a bad answer (dual clip, arXiv 1912.09729); 0 = none.</summary>
    public double DualClip { get; init; } = 3;

    /// <summary>Weight of the divergence from the weights that reinforcement began with.</summary>
    public double KlCoefficient { get; init; }

    /// <summary>Weight of the entropy that is rewarded.</summary>
    public double EntropyCoefficient { get; init; }
}
