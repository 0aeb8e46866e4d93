// Owns throughput, models apart, and what the collector refuses.
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class ServingMetricsTests
{
    [Fact]
    public void Throughput_is_over_the_time_from_the_first_arrival_to_the_last_token()
    {
        var metrics = Outcomes.Metrics([
            Outcomes.Served(3000, 3500, 5000, prompt: 10, output: 30),
            Outcomes.Served(1000, 1500, 2000, prompt: 10, output: 10),
        ]);
        Assert.Equal((4000, 0.5, 10), (metrics.DurationMs, metrics.RequestsPerSecond, metrics.TokensPerSecond));
    }

    [Fact]
    public void Models_are_weighted_by_their_request_rates()
    {
        var metrics = new ServingMetrics(MetricDefinitions.MuxServe);
        // In 10 s: 6 requests of the popular model, 1 of the rare one.
        for (var i = 0; i < 6; i++)
            metrics.Add(Outcomes.Served(0, 100, 10_000, 10, 10), "popular");
        metrics.Add(Outcomes.Served(0, 100, 200, 10, 10), "rare");
        metrics.AddRejected("rare");
        Assert.Equal(["popular", "rare"], metrics.Models.Keys);
        Assert.Equal(
            (7, 6, 1, 1),
            (
                metrics.Served,
                metrics.Models["popular"].Served,
                metrics.Models["rare"].Served,
                metrics.Models["rare"].Rejected
            )
        );
        var rates = new Dictionary<string, double> { ["popular"] = 3, ["rare"] = 1 };
        Assert.Equal((3 * 0.6 + 1 * 0.1) / 4, metrics.RateWeightedThroughput(rates), 12);
    }

    [Fact]
    public void A_model_without_a_rate_is_named()
    {
        var metrics = new ServingMetrics(MetricDefinitions.MuxServe);
        metrics.Add(Outcomes.With(10, 10), "lost");
        var error = Assert.Throws<ArgumentException>(() =>
            metrics.RateWeightedThroughput(new Dictionary<string, double>())
        );
        Assert.Contains("'lost'", error.Message);
    }

    [Theory]
    [InlineData(100, 50, 200, 10)]
    [InlineData(0, 50, 20, 10)]
    [InlineData(0, 50, 200, 0)]
    public void Times_that_contradict_each_other_are_refused(double arrival, double first, double finish, int prompt) =>
        Assert.Throws<ArgumentException>(() => Outcomes.Metrics([Outcomes.Served(arrival, first, finish, prompt, 5)]));

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_requests()
    {
        var metrics = Outcomes.Metrics([], ServiceObjective.Parse("ttft=1"));
        AddThousand(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            AddThousand(metrics);
        // The runtime itself may allocate a little when it compiles a method anew; 100,000 requests of one byte each would be far more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_384);
    }

    private static void AddThousand(ServingMetrics metrics)
    {
        for (var i = 1; i <= 1000; i++)
            metrics.Add(Outcomes.With(i * 3, i * 0.1));
    }
}
