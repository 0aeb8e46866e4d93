// Owns the advantages of a group.
namespace Tern.Training.Rl.Losses;

/// <summary>How much better than its group an answer is.</summary>
public static class Advantages
{
    /// <summary>One number an answer. Equal rewards give exactly 0.</summary>
    public static double[] Of(RolloutGroup group, AdvantageKind kind)
    {
        ArgumentNullException.ThrowIfNull(group);
        var rewards = group.Rollouts.Select(rollout => rollout.Reward).ToArray();
        if (group.IsUniform)
            return new double[rewards.Length];
        double mean = rewards.Average();
        double deviation = Math.Sqrt(rewards.Sum(reward => (reward - mean) * (reward - mean)) / rewards.Length);
        return kind switch
        {
            AdvantageKind.Grpo => Array.ConvertAll(rewards, reward => (reward - mean) / (deviation + 1e-6)),
            AdvantageKind.DrGrpo => Array.ConvertAll(rewards, reward => reward - mean),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of advantage"),
        };
    }
}
