// Rewards of a group as advantages.
using Tern.Training.Rl.Losses;

namespace Tern.Training.Tests.Rl;

public sealed class AdvantagesTests
{
    [Fact]
    public void Dr_grpo_subtracts_the_mean_and_grpo_divides_by_the_deviation_too()
    {
        var group = Rollouts.Group(0, 0, 0, 1, 1);
        Assert.Equal([-0.5, -0.5, 0.5, 0.5], Advantages.Of(group, AdvantageKind.DrGrpo));
        double expected = 0.5 / (0.5 + 1e-6);
        Assert.Equal([-expected, -expected, expected, expected], Advantages.Of(group, AdvantageKind.Grpo));
    }

    [Theory]
    [InlineData(AdvantageKind.Grpo)]
    [InlineData(AdvantageKind.DrGrpo)]
    public void Equal_rewards_give_exactly_0_even_where_their_mean_is_rounded(AdvantageKind kind)
    {
        foreach (double reward in (double[])[0, 1, 0.1, 1.0 / 3])
        {
            double[] same = [.. Enumerable.Repeat(reward, 7)];
            Assert.All(Advantages.Of(Rollouts.Group(0, same), kind), advantage => Assert.Equal(0, advantage));
        }
    }

    [Fact]
    public void Groups_without_differences_are_no_terms_of_the_loss()
    {
        var mixed = Rollouts.Group(1, 0, 1);
        var terms = PolicyTerm.Of([Rollouts.Group(0, 1, 1), mixed, Rollouts.Group(2, 0, 0)], AdvantageKind.DrGrpo);
        Assert.Equal(mixed.Rollouts, terms.Select(term => term.Rollout));
        Assert.Equal([-0.5, 0.5], terms.Select(term => term.Advantage));
    }
}
