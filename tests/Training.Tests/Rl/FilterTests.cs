// Filters: which answers are learned from.
using Tern.Training.Rl.Samplers;

namespace Tern.Training.Tests.Rl;

public sealed class FilterTests
{
    [Fact]
    public void Pods_keeps_answers_of_the_largest_variance_there_is()
    {
        var random = new Random(4);
        for (int trial = 0; trial < 300; trial++)
        {
            int count = random.Next(2, 9);
            int kept = random.Next(2, count + 1);
            double[] rewards = [.. Enumerable.Range(0, count).Select(_ => random.Next(5) / 4.0)];
            var chosen = new PodsFilter(kept).Keep(Rollouts.Group(7, rewards))!;
            Assert.Equal(7, chosen.Prompt);
            Assert.Equal(kept, chosen.Rollouts.Select(rollout => rollout.Sample).Distinct().Count());
            Assert.All(chosen.Rollouts, rollout => Assert.Equal(rewards[rollout.Sample], rollout.Reward));
            double best = Enumerable
                .Range(0, 1 << count)
                .Where(set => int.PopCount(set) == kept)
                .Max(set => Variance([.. rewards.Where((_, i) => (set >> i & 1) == 1)]));
            Assert.Equal(best, Variance([.. chosen.Rollouts.Select(rollout => rollout.Reward)]), 1e-9);
        }
    }

    [Fact]
    public void Zero_variance_groups_are_refused_and_others_kept_whole()
    {
        var filter = new ZeroVarianceFilter();
        var mixed = Rollouts.Group(0, 0, 0.5, 0.5);
        Assert.Same(mixed, filter.Keep(mixed));
        Assert.Null(filter.Keep(Rollouts.Group(0, 0.1, 0.1, 0.1)));
        Assert.NotNull(new KeepAll().Keep(Rollouts.Group(0, 0.1, 0.1, 0.1)));
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
