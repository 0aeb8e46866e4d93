// Owns the proof that pairs are told truthfully.
namespace Tern.Peers.Tests;

public sealed class PairedSpeedsTests
{
    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5)]
    [InlineData(new double[] { 7 }, 7)]
    public void The_median_is_in_the_middle(double[] values, double median)
    {
        double[] copy = [.. values];
        Assert.Equal(median, PairedSpeeds.Median(values));
        Assert.Equal(copy, values);
    }

    [Fact]
    public void A_ratio_is_taken_within_its_pair() =>
        Assert.Equal([0.5, 2, 3], new PairedSpeeds([10, 20, 90], [20, 10, 30]).Ratios);

    [Fact]
    public void A_cell_is_the_median_ratio_with_its_spread() =>
        Assert.Equal("1.00 (0.50 to 1.50)", SpeedTable.Ratio(Outcomes.Make()));

    [Fact]
    public void Without_a_peer_the_cell_says_so() =>
        Assert.Equal("Tern alone: 20.0 tokens/s", SpeedTable.Ratio(Outcomes.Make(peer: [])));

    [Fact]
    public void Shares_are_of_the_limits_that_bound_the_work()
    {
        Assert.Empty(SpeedTable.Shares(Outcomes.Make()));
        var decode = Outcomes.Make() with { BytesPerToken = 0.5e9 };
        Assert.Equal([("read bandwidth", "50 % and 50 %")], SpeedTable.Shares(decode));
        var prompt = Outcomes.Make(peer: []) with { FlopsPerToken = 1e9 };
        Assert.Equal([("rate of float multiply-adds", "10 %")], SpeedTable.Shares(prompt));
    }
}
