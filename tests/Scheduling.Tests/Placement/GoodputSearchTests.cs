// Owns what the search over placements promises: the highest served rate, the right winner, and words that say so.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Scheduling.Tests.Placement;

public sealed class GoodputSearchTests
{
    private static readonly Func<Parallelism, string?> _anythingRuns = _ => null;

    [Fact]
    public void Bisection_finds_the_capacity_within_the_tolerance() =>
        Prop.ForAll(
                Gen.Choose(0, 2000).Select(c => c / 100.0).ToArbitrary(),
                Gen.Choose(1, 64).ToArbitrary(),
                (capacity, gpus) =>
                {
                    var search = new GoodputSearch(new() { MaxRatePerGpu = 16, Tolerance = 0.01 });
                    var found = search.GoodputPerGpu(0, gpus, (_, rate) => Share(rate <= capacity * gpus ? 1 : 0.89));
                    return found <= capacity && found >= Math.Min(capacity, 16) - 0.01;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_published_grid_of_rates_is_tried()
    {
        List<double> tried = [];
        var found = new GoodputSearch().GoodputPerGpu(
            0,
            3,
            (_, rate) =>
            {
                tried.Add(rate / 3);
                return Share(rate / 3 < 1.6 ? 1 : 0);
            }
        );
        Assert.Equal([2.5, 1.25, 1.875, 1.5625, 1.71875], tried);
        Assert.Equal(1.5625, found);
    }

    [Theory]
    [InlineData(AttainmentRule.Both, false)]
    [InlineData(AttainmentRule.Each, true)]
    [InlineData(AttainmentRule.Ttft, true)]
    [InlineData(AttainmentRule.Tpot, true)]
    public void The_rule_says_which_share_counts(AttainmentRule rule, bool served)
    {
        var search = new GoodputSearch(new() { Rule = rule });
        Assert.Equal(served, search.GoodputPerGpu(0, 1, (_, _) => new Attainment(0.93, 0.95, 0.89)) > 0);
    }

    [Fact]
    public void Of_equal_goodput_fewer_devices_win_and_the_reason_says_so()
    {
        var ranking = new GoodputSearch().Rank<Parallelism>(
            [new(4, 1), new(2, 1), new(1, 1)],
            p => p.Devices,
            (p, rate) => Share(p.Tensor > 1 && rate / p.Devices <= 2 ? 1 : 0),
            p => p.Tensor == 1 ? "weights of 26 GB exceed 24 GB" : null
        );
        Assert.Equal(new Parallelism(2, 1), ranking.Winner!.Placement);
        Assert.Equal(
            "tp2·pp1 serves 1.875 req/s for each of its 2 GPUs; tp4·pp1 serves as much for each GPU but takes 4",
            ranking.Reason
        );
        Assert.Equal(
            "second place, tp4·pp1, needs 2 × 4 = 8 GPUs for 8 req/s: 2 more than the winner's 6",
            ranking.PriceOfSecond(8)
        );
        Assert.Equal("weights of 26 GB exceed 24 GB", Assert.Single(ranking.Refused).Reason);
    }

    [Fact]
    public void A_search_without_a_winner_says_why()
    {
        var search = new GoodputSearch();
        Assert.Equal(
            "none of the 1 placements that can be run reaches 90 % attainment at any rate tried",
            search.Rank([1], _ => 1, (_, _) => Share(0)).Reason
        );
        Assert.Equal(
            "none of the 2 placements can be run, for example: too big",
            search.Rank([1, 2], _ => 1, (_, _) => Share(1), _ => "too big").Reason
        );
    }

    [Fact]
    public void The_bound_of_the_search_is_not_mistaken_for_a_capacity() =>
        Assert.Contains(
            "it may serve more",
            new GoodputSearch().Rank([1], _ => 1, (_, _) => Share(1)).Reason,
            StringComparison.Ordinal
        );

    [Fact]
    public void Copies_of_the_winner_carry_the_rate_and_one_fewer_does_not() =>
        Prop.ForAll(
                Gen.Choose(1, 10_000).Select(r => r / 10.0).ToArbitrary(),
                Gen.Choose(1, 500).Select(g => g / 100.0).ToArbitrary(),
                Gen.Choose(1, 64).ToArbitrary(),
                (rate, goodput, gpus) =>
                {
                    var ranked = new RankedPlacement<int>(0, gpus, goodput);
                    var copies = ranked.Replicas(rate);
                    return copies * ranked.Goodput >= rate * (1 - 1e-12) && (copies - 1) * ranked.Goodput < rate;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void High_affinity_optimises_each_phase_for_itself_unless_the_released_code_is_asked_for()
    {
        var space = new PlacementSpace(1, 4, 40, 40);
        // Prefill needs two devices to be in time, decode one; a pair is only as good as its weaker half.
        static double PrefillCapacity(Parallelism p) => p.Tensor >= 2 ? 6 : 0;
        static double DecodeCapacity(Parallelism d) => 2 * d.Devices;
        DisaggregatedPlan Plan(DistServeSearch.Variant variant) =>
            new DistServeSearch(space, _anythingRuns, new() { Affinity = NodeAffinity.High, Variant = variant }).Search(
                10,
                (p, rate) => new Attainment(rate <= PrefillCapacity(p) ? 1 : 0, 0, 0),
                (d, rate) => new Attainment(0, rate <= DecodeCapacity(d) ? 1 : 0, 0),
                (pair, rate) =>
                    Share(rate <= Math.Min(PrefillCapacity(pair.Prefill), DecodeCapacity(pair.Decode)) ? 1 : 0)
            );

        var paper = Plan(DistServeSearch.Variant.Paper);
        Assert.Equal((new Parallelism(2, 1), new Parallelism(1, 1)), (paper.Prefill, paper.Decode));
        // 2.96875 req/s for each of two devices, 1.875 for one: ⌈10/5.9375⌉ and ⌈10/1.875⌉.
        Assert.Equal((2, 6), (paper.PrefillInstances, paper.DecodeInstances));
        Assert.Equal(10, paper.Gpus);
        var released = Plan(DistServeSearch.Variant.ReleasedCode);
        Assert.Equal((new Parallelism(2, 1), new Parallelism(1, 2)), (released.Prefill, released.Decode));
        Assert.Equal(released.PrefillInstances, released.DecodeInstances);
    }

    [Fact]
    public void A_load_nothing_can_serve_is_an_error_that_names_the_phase() =>
        Assert.StartsWith(
            "decode: none of the",
            Assert
                .Throws<NoPlacementException>(() =>
                    new DistServeSearch(
                        new PlacementSpace(1, 4, 40, 40),
                        _anythingRuns,
                        new() { Affinity = NodeAffinity.High }
                    ).Search(1, (_, _) => Share(1), (_, _) => Share(0), (_, _) => Share(0))
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(0, 5, 0.25)]
    [InlineData(0.9, 0, 0.25)]
    [InlineData(0.9, 5, 0)]
    [InlineData(0.9, 5, 5)]
    public void An_option_that_makes_no_sense_is_refused(double target, double max, double tolerance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new GoodputSearch(
                new()
                {
                    Target = target,
                    MaxRatePerGpu = max,
                    Tolerance = tolerance,
                }
            )
        );

    private static Attainment Share(double share) => new(share, share, share);
}
