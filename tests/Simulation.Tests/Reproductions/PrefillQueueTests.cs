// Owns the agreement of the published closed forms with a queue computed customer by customer.
using Tern.Simulation.Reproductions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class PrefillQueueTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void The_closed_forms_are_the_published_ones(double load)
    {
        var (d, k) = (70.0, 1.6);
        var r = load / d;
        Assert.Equal(d + r * d * d / (2 * (1 - r * d)), PrefillQueue.SingleDeviceMs(r, d), 9);
        Assert.Equal(d + r * d * d / (4 * (2 - r * d)), PrefillQueue.TwoStagesMs(r, d), 9);
        Assert.Equal(d / k + r * d * d / (2 * k * (k - r * d)), PrefillQueue.TwoDevicesMs(r, d, k), 9);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void The_mean_over_a_million_customers_is_within_a_percent(double load)
    {
        var (d, k) = (70.0, 1.6);
        var r = load / d;
        AssertWithinPercent(PrefillQueue.SingleDeviceMs(r, d), Mean(r, d, 1));
        AssertWithinPercent(PrefillQueue.TwoStagesMs(r, d), Mean(r, d / 2, 2));
        AssertWithinPercent(PrefillQueue.TwoDevicesMs(r, d, k), Mean(r, d / k, 1));
    }

    [Fact]
    public void Intra_op_wins_at_low_rates_and_inter_op_at_high_ones()
    {
        var (d, k) = (70.0, 1.6);
        Assert.True(PrefillQueue.TwoDevicesMs(0.1 / d, d, k) < PrefillQueue.TwoStagesMs(0.1 / d, d));
        Assert.True(PrefillQueue.TwoDevicesMs(1.5 / d, d, k) > PrefillQueue.TwoStagesMs(1.5 / d, d));
    }

    [Fact]
    public void A_queue_without_a_steady_state_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PrefillQueue.SingleDeviceMs(1 / 70.0, 70));

    private static void AssertWithinPercent(double expected, double measured) =>
        Assert.InRange(measured, 0.99 * expected, 1.01 * expected);

    /// <summary>Mean time in a line of stages: each customer waits for the one before (Lindley's recursion).</summary>
    private static double Mean(double rate, double stageMs, int stages)
    {
        const int Customers = 1_000_000;
        var random = new Random(7);
        var (arrival, firstStageFree, sum) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Customers; i++)
        {
            arrival -= Math.Log(1 - random.NextDouble()) / rate;
            firstStageFree = Math.Max(arrival, firstStageFree) + stageMs;
            sum += firstStageFree + (stages - 1) * stageMs - arrival;
        }
        return sum / Customers;
    }
}
