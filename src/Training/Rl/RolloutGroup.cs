// Owns the answers to one prompt that are compared with each other.
namespace Tern.Training.Rl;

/// <summary>All answers to one prompt.</summary>
/// <param name="Prompt">Number of the prompt.</param>
/// <param name="Rollouts">The answers.</param>
public sealed record RolloutGroup(int Prompt, IReadOnlyList<Rollout> Rollouts)
{
    /// <summary>Mean reward.</summary>
    public double MeanReward => Rollouts.Average(rollout => rollout.Reward);

    /// <summary>Whether all rewards are the same, so that the group teaches nothing.</summary>
    public bool IsUniform => Rollouts.All(rollout => rollout.Reward == Rollouts[0].Reward);

    /// <summary>Share of answers that are solutions.</summary>
    public double PassRate => Rollouts.Count(rollout => rollout.Reward >= 1) / (double)Rollouts.Count;

    /// <summary>Tokens of all answers.</summary>
    public long GeneratedTokens => Rollouts.Sum(rollout => (long)rollout.Tokens.Count);
}
