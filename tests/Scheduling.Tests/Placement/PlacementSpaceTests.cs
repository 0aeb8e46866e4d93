// Owns the published sizes of DistServe's search space.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Scheduling.Tests.Placement;

public sealed class PlacementSpaceTests
{
    [Theory]
    // OPT-13B: 40 layers, 40 heads.
    [InlineData(40, 40, 1, 4, 9, 9)]
    [InlineData(40, 40, 1, 8, 48, 48)]
    [InlineData(40, 40, 4, 8, 133, 569)]
    // OPT-66B: 64 layers, 72 heads.
    [InlineData(64, 72, 1, 4, 11, 11)]
    [InlineData(64, 72, 1, 8, 61, 61)]
    [InlineData(64, 72, 4, 8, 183, 613)]
    // OPT-175B: 96 layers, 96 heads.
    [InlineData(96, 96, 1, 4, 13, 13)]
    [InlineData(96, 96, 1, 8, 88, 88)]
    [InlineData(96, 96, 4, 8, 325, 1132)]
    public void The_pairs_are_as_many_as_the_released_code_enumerates(
        int layers,
        int heads,
        int nodes,
        int gpus,
        int low,
        int high
    )
    {
        var space = new PlacementSpace(nodes, gpus, layers, heads);
        Assert.Equal((low, high), (space.Pairs(NodeAffinity.Low).Count(), space.Pairs(NodeAffinity.High).Count()));
    }

    [Theory]
    [InlineData(NodeAffinity.Low)]
    [InlineData(NodeAffinity.High)]
    public void A_pair_is_what_trying_every_number_finds(NodeAffinity affinity)
    {
        var (nodes, gpus, layers, heads) = (3, 4, 12, 6);
        var low = affinity == NodeAffinity.Low;
        var limit = low ? gpus : nodes * gpus;
        var expected = new HashSet<DisaggregatedPlacement>();
        for (var cross = 1; cross <= (low ? nodes : 1); cross++)
        for (var a = 1; a <= limit; a++)
        for (var b = 1; b <= limit; b++)
        for (var c = 1; c <= limit; c++)
        for (var d = 1; d <= limit; d++)
        {
            if (
                a * b + c * d <= limit
                && heads % a == 0
                && heads % c == 0
                && layers % cross == 0
                && layers % (cross * b) == 0
                && layers % (cross * d) == 0
            )
                expected.Add(new DisaggregatedPlacement(cross, new(a, b), new(c, d)));
        }
        var pairs = new PlacementSpace(nodes, gpus, layers, heads).Pairs(affinity).ToList();
        Assert.Equal(pairs.Count, pairs.Distinct().Count());
        Assert.Equal(expected, pairs.ToHashSet());
    }

    [Fact]
    public void An_instance_keeps_tensor_parallelism_in_a_node_and_lets_the_pipeline_span_them()
    {
        var instances = new PlacementSpace(2, 2, layers: 4, heads: 4).Instances();
        Assert.Equal([new Parallelism(1, 1), new(1, 2), new(1, 4), new(2, 1), new(2, 2)], instances);
    }

    [Fact]
    public void A_cluster_without_nodes_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlacementSpace(0, 8, 40, 40));
}
