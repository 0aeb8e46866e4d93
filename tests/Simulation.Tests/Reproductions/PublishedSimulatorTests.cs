// Owns the agreement of the simulated cluster with an independent account of DistServe's simulator.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Reproductions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class PublishedSimulatorTests
{
    [Theory]
    [InlineData("opt-13b", 1, 1, 1, 1, 3)]
    [InlineData("opt-13b", 2, 1, 1, 1, 6)]
    [InlineData("opt-66b", 4, 1, 4, 1, 2)]
    public void Without_pipelines_every_latency_is_the_same(
        string model,
        int tp,
        int pp,
        int td,
        int pd,
        double rate
    ) => Assert.All(Compare(model, new(tp, pp), new(td, pd), rate), pair => AssertClose(pair.Cluster, pair.Published));

    [Theory]
    [InlineData("opt-13b", 1, 1, 4)]
    [InlineData("opt-66b", 4, 1, 2)]
    public void An_instance_that_does_both_has_the_same_latencies(string model, int tensor, int stages, double rate) =>
        Assert.All(Compare(model, new(tensor, stages), null, rate), pair => AssertClose(pair.Cluster, pair.Published));

    [Theory]
    [InlineData("opt-66b", 4, 1, 2, 2, 2)]
    [InlineData("opt-66b", 4, 2, 4, 2, 3)]
    [InlineData("opt-13b", 1, 2, 1, 2, 6)]
    public void With_pipelines_mean_latencies_differ_by_less_than_five_percent(
        string model,
        int tp,
        int pp,
        int td,
        int pd,
        double rate
    )
    {
        // The published stages take whatever waits; ours deal the decodes out evenly over the steps in flight.
        var pairs = Compare(model, new(tp, pp), new(td, pd), rate);
        AssertWithin(pairs.Average(p => p.Published.Ttft), pairs.Average(p => p.Cluster.Ttft));
        AssertWithin(pairs.Average(p => p.Published.Tpot), pairs.Average(p => p.Cluster.Tpot));

        static void AssertWithin(double expected, double actual) =>
            Assert.InRange(actual, 0.95 * expected, 1.05 * expected);
    }

    private static List<((double Ttft, double Tpot) Cluster, (double Ttft, double Tpot) Published)> Compare(
        string model,
        Parallelism prefill,
        Parallelism? decode,
        double rate
    )
    {
        var setup = new DistServeSetup(model, 400, 100, Requests: 200);
        var engine = decode is null ? "vllm" : "distserve";
        var plan = decode is null
            ? setup.VllmPlan(prefill)
            : setup.DistServePlan(new DisaggregatedPlacement(1, prefill, decode));
        var cluster = new Simulator(plan)
            .Run(setup.Load(rate))
            .Timelines.Select(t =>
                (t.FirstTokenMs - t.ArrivalMs, (t.FinishMs - t.FirstTokenMs) / (t.GeneratedTokens - 1))
            );
        var first = Model(prefill);
        var published = new PublishedSimulator(first, decode is null ? first : Model(decode)).Run(
            setup.Load(rate).Select(r => r with { OutputTokens = r.OutputTokens - 1 })
        );
        return [.. cluster.Zip(published)];

        Profiled Model(Parallelism cut) =>
            new(
                ProfileCatalog
                    .All.Single(p => p.Engine == engine && p.Model == model && p.Tensor == cut.Tensor)
                    .Profile,
                cut.Pipeline,
                Profiled.Options.DistServeSimulator
            );
    }

    private static void AssertClose((double Ttft, double Tpot) cluster, (double Ttft, double Tpot) published)
    {
        Assert.Equal(published.Ttft, cluster.Ttft, 1e-6);
        Assert.Equal(published.Tpot, cluster.Tpot, 1e-6);
    }
}
