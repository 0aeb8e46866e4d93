// Owns the proof that experts are chosen by the rules, groups and ties and NaN included.
using Tern.Models.Layers;

namespace Tern.Models.Tests;

public sealed class RouterTests
{
    [Fact]
    public void Softmax_weights_are_those_of_all_experts_unless_normalized()
    {
        var (chosen, weights) = Choose(new Router { Used = 2 }, [0, MathF.Log(2), MathF.Log(5)]);
        Assert.Equal([2, 1], chosen);
        Numbers.AssertClose([0.625f, 0.25f], weights, 1e-6f, "plain");

        (_, weights) = Choose(
            new Router { Used = 2, Normalize = true, Scale = 7 },
            [0, MathF.Log(2), MathF.Log(5)]
        );
        Numbers.AssertClose([5, 2], weights, 1e-5f, "normalized and scaled");
    }

    [Fact]
    public void Softmax_of_the_chosen_forgets_the_others()
    {
        var router = new Router { Used = 2, Gating = Gating.SoftmaxOfChosen };
        var (chosen, weights) = Choose(router, [MathF.Log(3), -1, 0]);
        Assert.Equal([0, 2], chosen);
        Numbers.AssertClose([0.75f, 0.25f], weights, 1e-6f, "weights");
    }

    [Fact]
    public void A_selection_bias_changes_the_choice_but_not_the_weight()
    {
        var router = new Router { Used = 1, Gating = Gating.Sigmoid, SelectionBias = [0, 1, 0] };
        var (chosen, weights) = Choose(router, [2, 0, 1]);
        Assert.Equal([1], chosen);
        Assert.Equal([0.5f], weights);
    }

    [Fact]
    public void Groups_rule_experts_out_by_their_best_or_with_a_bias_by_their_best_two()
    {
        float[] scores = [4, -9, 3, 3];
        var byBest = new Router { Used = 2, Groups = 2, GroupsUsed = 1 };
        Assert.Equal([0, 1], Choose(byBest, scores).Chosen);
        var byBestTwo = byBest with { Gating = Gating.Sigmoid, SelectionBias = new float[4] };
        Assert.Equal([2, 3], Choose(byBestTwo, scores).Chosen);
    }

    [Fact]
    public void Equal_scores_go_to_the_lower_number_and_NaN_still_chooses_different_experts()
    {
        Assert.Equal([0, 1, 2], Choose(new Router { Used = 3 }, [1, 1, 1, 1]).Chosen);
        var router = new Router
        {
            Used = 3,
            Groups = 2,
            GroupsUsed = 2,
            Gating = Gating.Sigmoid,
        };
        var (chosen, _) = Choose(router, [float.NaN, float.NaN, float.NaN, float.NaN]);
        Assert.Equal(3, chosen.Distinct().Count());
        Assert.All(chosen, expert => Assert.InRange(expert, 0, 3));
    }

    private static (int[] Chosen, float[] Weights) Choose(Router router, float[] scores)
    {
        var chosen = new int[router.Used];
        var weights = new float[router.Used];
        router.Choose([.. scores], new float[scores.Length], chosen, weights);
        return (chosen, weights);
    }
}
