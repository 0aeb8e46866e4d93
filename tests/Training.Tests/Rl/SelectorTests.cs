// Selectors: different prompts, always an end, and nothing forgotten in a checkpoint.
using Tern.Training.Rl.Samplers;

namespace Tern.Training.Tests.Rl;

public sealed class SelectorTests
{
    public static TheoryData<SelectorKind> Kinds => [.. Enum.GetValues<SelectorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Prompts_of_a_batch_are_different_and_every_batch_is_full(SelectorKind kind)
    {
        foreach (int prompts in (int[])[1, 2, 7, 30])
        {
            var selector = Create(kind, prompts);
            for (int batch = 0; batch < 20; batch++)
            {
                var chosen = selector.Select(1 + batch % prompts);
                Assert.Equal(1 + batch % prompts, chosen.Distinct().Count());
                Assert.All(chosen, prompt => Assert.InRange(prompt, 0, prompts - 1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void More_prompts_than_there_are_is_refused(SelectorKind kind)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Create(kind, 5).Select(6));
        Assert.Contains("there are 5 prompts", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_is_full_even_when_no_prompt_is_wanted_and_none_has_a_second_chance(SelectorKind kind)
    {
        foreach (double reward in (double[])[0, 1])
        {
            var selector = Create(kind, prompts: 12, chance: 0);
            for (int i = 0; i < 12 * 200; i++)
                selector.Observe(Rollouts.Group(i % 12, reward, reward));
            for (int batch = 0; batch < 5; batch++)
                Assert.Equal(12, selector.Select(12).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_selector_chooses_as_the_saved_one(SelectorKind kind)
    {
        var selector = Create(kind, prompts: 30);
        for (int batch = 0; batch < 9; batch++)
            Observe(selector, selector.Select(8));
        var restored = Create(kind, prompts: 30);
        restored.Restore(selector.Save());
        for (int batch = 0; batch < 9; batch++)
        {
            var chosen = selector.Select(8);
            Assert.Equal(chosen, restored.Select(8));
            Observe(selector, chosen);
            Observe(restored, chosen);
        }
    }

    [Fact]
    public void Uniform_selection_deals_every_prompt_once_an_epoch_in_changing_order()
    {
        var selector = new UniformSelector(12, 1);
        var first = selector.Select(12);
        var second = Enumerable.Range(0, 4).SelectMany(_ => selector.Select(3)).ToArray();
        Assert.Equal(Enumerable.Range(0, 12), first.Order());
        Assert.Equal(Enumerable.Range(0, 12), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void The_band_passes_over_what_is_solved_or_hopeless()
    {
        var selector = Create(SelectorKind.BandPass, prompts: 12, chance: 0);
        for (int prompt = 0; prompt < 12; prompt++)
            selector.Observe(Rollouts.Group(prompt, prompt % 3 == 0 ? 1 : 0, prompt % 3 == 1 ? 0 : 1));
        for (int batch = 0; batch < 10; batch++)
            Assert.All(selector.Select(4), prompt => Assert.Equal(2, prompt % 3));
    }

    [Fact]
    public void Greso_skips_a_prompt_the_more_the_longer_it_was_useless()
    {
        var selector = Create(SelectorKind.Greso, prompts: 40);
        for (int prompt = 0; prompt < 20; prompt++)
        {
            for (int time = 0; time < 6; time++)
                selector.Observe(Rollouts.Group(prompt, prompt % 2, prompt % 2));
        }
        int useless = Enumerable.Range(0, 100).SelectMany(_ => selector.Select(5)).Count(prompt => prompt < 20);
        Assert.InRange(useless, 1, 100);
    }

    [Fact]
    public void Mopps_prefers_prompts_whose_rate_is_near_the_target()
    {
        var selector = Create(SelectorKind.Mopps, prompts: 40);
        for (int time = 0; time < 10; time++)
        {
            for (int prompt = 0; prompt < 40; prompt++)
                selector.Observe(Rollouts.Group(prompt, 1, 1, prompt < 5 ? 0 : 1, prompt < 5 ? 0 : 1));
        }
        int near = Enumerable.Range(0, 20).SelectMany(_ => selector.Select(5)).Count(prompt => prompt < 5);
        Assert.InRange(near, 60, 100);
    }

    private static IGroupSelector Create(SelectorKind kind, int prompts, double chance = 0.1) =>
        kind switch
        {
            SelectorKind.Uniform => new UniformSelector(prompts, 3),
            SelectorKind.BandPass => new BandPassSelector(prompts, 3, new() { SecondChance = chance }),
            SelectorKind.Greso => new GresoSelector(prompts, 3, new() { LeastKeep = chance / 10 }),
            _ => new MoppsSelector(prompts, 3, new()),
        };

    /// <summary>Rewards that differ from prompt to prompt: useless groups of both kinds among them.</summary>
    private static void Observe(IGroupSelector selector, IReadOnlyList<int> prompts)
    {
        foreach (int prompt in prompts)
            selector.Observe(Rollouts.Group(prompt, prompt % 3 == 0 ? 0 : 1, prompt % 4 == 0 ? 0 : 1));
    }
}
