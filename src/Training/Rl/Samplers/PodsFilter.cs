// Owns PODS's filter.
namespace Tern.Training.Rl.Samplers;

/// <summary>
/// The answers of a group whose rewards have the largest variance (PODS, arXiv 2504.13818): some best and some worst ones.
/// </summary>
/// <param name="kept">Answers kept of each group.</param>
public sealed class PodsFilter(int kept) : IBatchFilter
{
    /// <inheritdoc/>
    public RolloutGroup? Keep(RolloutGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Rollouts.Count <= kept)
            return group;
        var sorted = group.Rollouts.OrderBy(rollout => rollout.Reward).ThenBy(rollout => rollout.Sample).ToList();
        // Of all ways to take the lowest i and the highest kept - i, the one of the largest variance.
        int best = 0;
        double largest = double.NegativeInfinity;
        for (int low = 0; low <= kept; low++)
        {
            var rewards = sorted
                .Take(low)
                .Concat(sorted.TakeLast(kept - low))
                .Select(rollout => rollout.Reward)
                .ToList();
            double mean = rewards.Average();
            double variance = rewards.Sum(reward => (reward - mean) * (reward - mean));
            if (variance > largest + 1e-12)
                (best, largest) = (low, variance);
        }
        var chosen = sorted.Take(best).Concat(sorted.TakeLast(kept - best)).OrderBy(rollout => rollout.Sample);
        return new RolloutGroup(group.Prompt, [.. chosen]);
    }
}
