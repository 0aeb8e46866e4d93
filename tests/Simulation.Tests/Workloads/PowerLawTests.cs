// Owns MuxServe's published rates as test vectors.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Workloads;

public sealed class PowerLawTests
{
    [Theory]
    [InlineData(0.7, 213.9)]
    [InlineData(0.9, 161.1)]
    [InlineData(1.3, 102.6)]
    [InlineData(1.7, 75.0)]
    [InlineData(2.1, 61.0)]
    public void Nineteen_models_have_the_published_total(double alpha, double total) =>
        Assert.Equal(total, new PowerLaw(alpha, 19).TotalRate(PowerLaw.PublishedMaxRate), 0.051);

    [Theory]
    [InlineData(0.7, 0.46)]
    [InlineData(2.1, 0.91)]
    public void The_four_most_popular_have_the_published_share(double alpha, double share) =>
        Assert.Equal(share, new PowerLaw(alpha, 19).Shares()[..4].Sum(), 0.0051);

    [Fact]
    public void Requests_come_in_order_of_time_at_each_models_rate()
    {
        var spec = WorkloadSpec.Parse("powerlaw:alpha=0.9,models=19,n=40000,lengths=chat");
        var requests = spec.Requests().ToArray();
        Assert.Equal(Enumerable.Range(1, 40_000), requests.Select(r => r.Row));
        Assert.True(requests.Zip(requests.Skip(1)).All(p => p.First.ArrivalMs <= p.Second.ArrivalMs));
        var seconds = requests[^1].ArrivalMs / 1e3;
        var counts = requests.CountBy(r => r.Model).ToDictionary();
        Assert.Equal(19, counts.Count);
        for (var model = 0; model < 19; model++)
        {
            var expected = 40 * Math.Pow(model + 1, -0.9) * seconds;
            Assert.InRange(
                counts[PowerLaw.ModelName(model)],
                expected - 5 * Math.Sqrt(expected),
                expected + 5 * Math.Sqrt(expected)
            );
        }
    }

    [Fact]
    public void Models_have_lengths_of_their_own()
    {
        var requests = WorkloadSpec.Parse("powerlaw:alpha=0,models=2,n=200").Requests().ToLookup(r => r.Model);
        Assert.NotEqual(
            requests["llm-0"].Take(50).Select(r => r.PromptTokens),
            requests["llm-1"].Take(50).Select(r => r.PromptTokens)
        );
    }
}
