// Owns the comparison with CAKE's published figures.
using Tern.Scheduling.Restore;
using static Tern.Simulation.Reproductions.CakeMeasurements;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class CakeTests
{
    [Fact]
    public void The_measured_curve_is_reproduced_at_both_ends()
    {
        var truth = Of(LongAlpaca7B, 32768).Truth;
        Assert.Equal(38.8, truth.ComputeMs(0, 512), 6);
        Assert.Equal(112.0, truth.ComputeMs(63 * 512, 512), 6);
        Assert.Equal(62.4, 4 * truth.LoadMs(128), 6);
    }

    [Fact]
    public void The_16K_cell_is_within_ten_percent()
    {
        var (vsLoad, vsCompute) = Gains(Of(LongAlpaca7B, 16384));
        Assert.InRange(vsLoad, 2.20 * 0.9, 2.20 * 1.1);
        Assert.InRange(vsCompute, 1.94 * 0.9, 1.94 * 1.1);
    }

    [Fact]
    public void The_longer_the_prefix_the_more_is_gained_over_computing_and_the_less_over_loading()
    {
        int[] lengths = [4096, 16384, 32768];
        var gains = lengths.Select(tokens => Gains(Of(LongAlpaca7B, tokens))).ToList();
        Assert.True(gains[0].VsCompute < gains[1].VsCompute && gains[1].VsCompute < gains[2].VsCompute);
        Assert.True(gains[0].VsLoad > gains[1].VsLoad && gains[1].VsLoad > gains[2].VsLoad);
    }

    [Fact]
    public void The_faster_the_tier_the_more_is_gained_over_computing_and_the_less_over_loading()
    {
        double[] bandwidths = [7, 25, 32, 56, 100];
        var gains = bandwidths.Select(gbps => Gains(Of(LongAlpaca7B, 16384, gbps: gbps))).ToList();
        for (var i = 1; i < gains.Count; i++)
            Assert.True(gains[i].VsCompute > gains[i - 1].VsCompute && gains[i].VsLoad < gains[i - 1].VsLoad);
    }

    [Fact]
    public void Where_the_device_is_nearly_taken_both_ways_lose_to_loading_and_auto_does_not()
    {
        var world = Of(Llama70B, 16384, devices: 2, share: 0.125);
        Assert.InRange(Gains(world).VsLoad, 0.80 * 0.9, 0.80 * 1.1);
        Assert.InRange(world.Run(new Auto()).DurationMs, 0, world.Run(new Load()).DurationMs);
    }

    private static (double VsLoad, double VsCompute) Gains(RestoreSimulation world)
    {
        var both = world.Run(new Bidirectional()).DurationMs;
        return (world.Run(new Load()).DurationMs / both, world.Run(new Compute()).DurationMs / both);
    }
}
