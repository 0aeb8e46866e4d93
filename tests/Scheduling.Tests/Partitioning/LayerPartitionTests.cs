// Owns the properties of partitions, their moves, DynaPipe's rule, its window and the exact cut.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Partitioning;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class LayerPartitionTests
{
    [Fact]
    public void An_even_split_gives_the_rest_to_the_first_stages() =>
        Assert.Equal(new LayerPartition(9, 9, 8, 8), LayerPartition.Even(34, 4));

    [Fact]
    public void Moves_turn_one_partition_into_the_other_and_name_each_layer_once()
    {
        var partitions =
            from stages in Gen.Choose(1, 6)
            from a in Gen.Choose(0, 9).ArrayOf(stages)
            from b in Gen.Choose(0, 9).ArrayOf(stages)
            where a.Sum() > 0 && b.Sum() > 0
            select (From: Scaled(a, 24), To: Scaled(b, 24));
        Prop.ForAll(
                Arb.From(partitions),
                pair =>
                {
                    var owner = Owners(pair.From);
                    var moves = pair.From.MovesTo(pair.To);
                    foreach (var move in moves)
                    {
                        Assert.Equal(owner[move.Layer], move.From);
                        owner[move.Layer] = move.To;
                    }
                    Assert.Equal(Owners(pair.To), owner);
                    Assert.Equal(moves.Count, moves.Select(m => m.Layer).Distinct().Count());
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_tail_of_the_published_ratio_gives_up_two_layers()
    {
        var even = LayerPartition.Even(48, 4);
        var chosen = new BubbleAware().Choose(1, [0, 0, 0, 3.09], even);
        Assert.Equal(new LayerPartition(12, 13, 13, 10), chosen);
        Assert.Equal([new LayerMove(24, 2, 1), new LayerMove(36, 3, 2), new LayerMove(37, 3, 2)], even.MovesTo(chosen));
        Assert.Equal(0.09, BubbleAware.Imbalance(1, 3.09, 2, 4), 9);
    }

    [Fact]
    public void The_rule_takes_the_number_of_layers_with_the_least_imbalance()
    {
        var instances =
            from stages in Gen.Choose(2, 8)
            from perStage in Gen.Choose(2, 16)
            from ratio in Gen.Choose(0, 1200)
            select (stages, perStage, SampleMs: ratio / 100.0);
        Prop.ForAll(
                Arb.From(instances),
                x =>
                {
                    var even = LayerPartition.Even(x.stages * x.perStage, x.stages);
                    var moved =
                        x.perStage - new BubbleAware().Choose(1, Tail(x.stages, x.SampleMs), even)[x.stages - 1];
                    var least = Enumerable
                        .Range(0, x.perStage)
                        .Min(k => Math.Abs(BubbleAware.Imbalance(1, x.SampleMs, k, x.stages)));
                    Assert.Equal(least, Math.Abs(BubbleAware.Imbalance(1, x.SampleMs, moved, x.stages)), 9);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_window_triggers_when_all_of_it_agrees_on_something_new()
    {
        var even = LayerPartition.Even(8, 2);
        var other = new LayerPartition(5, 3);
        var window = default(TriggerWindow);
        for (var batch = 1; batch < 25; batch++)
            window = window.After(other);
        Assert.False(window.Triggers(even, TriggerWindow.PublishedLength));
        Assert.True(window.After(other).Triggers(even, TriggerWindow.PublishedLength));
        Assert.False(window.After(other).Triggers(other, TriggerWindow.PublishedLength));
        Assert.False(window.After(even).After(other).Triggers(even, TriggerWindow.PublishedLength));
    }

    [Fact]
    public void The_exact_cut_equals_exhaustive_search_and_moves_the_fewest_layers_over_cuts()
    {
        var stage =
            from extra in Gen.Choose(0, 30)
            from speed in Gen.Choose(1, 4)
            from most in Gen.Choose(1, 9)
            select new StageLoad(extra, speed, most);
        var instances =
            from stages in Gen.Choose(1, 4)
            from layers in Gen.Choose(stages, 9)
            from ms in Gen.Choose(1, 12).ArrayOf(layers)
            from loads in stage.ArrayOf(stages)
            select (Ms: Array.ConvertAll(ms, x => (double)x), Loads: loads);
        Prop.ForAll(
                Arb.From(instances),
                x =>
                {
                    var current = LayerPartition.Even(x.Ms.Length, x.Loads.Length);
                    var all = Every(x.Ms.Length, x.Loads.Length)
                        .Where(p => Enumerable.Range(0, p.Stages).All(s => p[s] <= x.Loads[s].MaxLayers))
                        .Select(p => (Ms: MinMaxPartition.LongestMs(x.Ms, x.Loads, p), Moves: Crossings(p, current)))
                        .ToList();
                    if (all.Count == 0)
                    {
                        Assert.Throws<ArgumentException>(() => MinMaxPartition.Find(x.Ms, x.Loads, current));
                        return;
                    }
                    var found = MinMaxPartition.Find(x.Ms, x.Loads, current);
                    Assert.All(
                        Enumerable.Range(0, found.Stages),
                        s => Assert.InRange(found[s], 1, x.Loads[s].MaxLayers)
                    );
                    var least = all.Min(p => p.Ms);
                    Assert.Equal(least, MinMaxPartition.LongestMs(x.Ms, x.Loads, found), 9);
                    Assert.Equal(all.Where(p => p.Ms <= least + 1e-9).Min(p => p.Moves), Crossings(found, current));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    [Fact]
    public void The_exact_cut_is_never_slower_than_the_rules()
    {
        var even = LayerPartition.Even(64, 4);
        double[] layers = Enumerable.Repeat(1.0, 64).ToArray();
        for (var tail = 0.0; tail < 12; tail += 0.25)
        {
            StageLoad[] loads = [new(), new(), new(), new(tail)];
            var exact = MinMaxPartition.LongestMs(layers, loads, new ExactBalance().Choose(1, Tail(4, tail), even));
            Assert.True(
                exact <= MinMaxPartition.LongestMs(layers, loads, new BubbleAware().Choose(1, Tail(4, tail), even))
            );
        }
    }

    [Fact]
    public void Memory_limits_the_layers_so_that_the_wanted_tokens_stay_cacheable()
    {
        var memory = new StageMemory
        {
            Bytes = 1000,
            OtherBytes = 100,
            LayerBytes = 50,
            KvBytesPerToken = 1,
        };
        Assert.Equal(6, memory.MaxLayers(tokens: 100));
        Assert.Equal(100, memory.KvTokens(layers: 6));
        Assert.True(memory.KvTokens(7) < 100);
        Assert.Equal(0, memory.KvTokens(19));

        // A tail as heavy as four layers wants 7,3; the first stage holds 6.
        var free = new ExactBalance().Choose(1, [0, 4], LayerPartition.Even(10, 2));
        var limited = new ExactBalance([memory, memory], 100).Choose(1, [0, 4], LayerPartition.Even(10, 2));
        Assert.Equal(new LayerPartition(7, 3), free);
        Assert.Equal(new LayerPartition(6, 4), limited);
    }

    [Fact]
    public void Layers_travel_behind_the_computation_that_releases_them()
    {
        var transfer = new LayerTransfer
        {
            KvBytesPerToken = 2048,
            LinkBytesPerSecond = 20e9,
            LinkLatencyMs = 0.5,
        };
        Assert.Equal(0.5 + 1000 * 2048 * 10_000.0 / 20e9, transfer.SendMs(10_000), 9);
        // A busy link makes a layer wait, a late layer the link.
        Assert.Equal(7 + transfer.SendMs(10_000), transfer.ArrivedMs(computedMs: 3, linkFreeMs: 7, 10_000), 9);
        Assert.Equal(9 + transfer.SendMs(10_000), transfer.ArrivedMs(computedMs: 9, linkFreeMs: 7, 10_000), 9);
    }

    private static double[] Tail(int stages, double ms)
    {
        var beside = new double[stages];
        beside[^1] = ms;
        return beside;
    }

    private static LayerPartition Scaled(int[] weights, int layers)
    {
        var counts = Array.ConvertAll(weights, w => w * layers / weights.Sum());
        counts[0] += layers - counts.Sum();
        return new LayerPartition(counts);
    }

    private static int[] Owners(LayerPartition partition) =>
        Enumerable.Range(0, partition.Stages).SelectMany(stage => Enumerable.Repeat(stage, partition[stage])).ToArray();

    private static int Crossings(LayerPartition a, LayerPartition b) =>
        Enumerable.Range(1, a.Stages).Sum(s => Math.Abs(a.FirstLayer(s) - b.FirstLayer(s)));

    private static IEnumerable<LayerPartition> Every(int layers, int stages, params int[] chosen)
    {
        if (stages == 1)
            return [new LayerPartition([.. chosen, layers])];
        return Enumerable.Range(1, layers - stages + 1).SelectMany(n => Every(layers - n, stages - 1, [.. chosen, n]));
    }
}
