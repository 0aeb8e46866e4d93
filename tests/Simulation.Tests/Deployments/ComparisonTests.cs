// Owns what a comparison must be: the same requests for all, curves over the rates, goodput beneath the rate that misses.
using Tern.Simulation.Deployments;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Deployments;

public sealed class ComparisonTests
{
    private static readonly ServiceObjective _objective = ServiceObjective.Parse("ttft=0.25,tpot=0.1");

    [Fact]
    public void Every_system_runs_at_every_rate_and_more_load_is_never_better_by_much()
    {
        var result = Comparison("vllm", "sarathi-serve").Run([1, 4, 64]);
        Assert.Equal(
            ["vllm 1", "sarathi-serve 1", "vllm 4", "sarathi-serve 4", "vllm 64", "sarathi-serve 64"],
            result.Runs.Select(run => $"{run.Name} {run.Rate}")
        );
        foreach (var system in result.Systems)
        {
            Assert.Equal([1, 4, 64], system.Rates.Select(point => point.Rate));
            Assert.True(system.Rates[0].Attainment > system.Rates[2].Attainment);
            Assert.Equal(200, system.Metrics.Served);
        }
        Assert.True(result.ShownRate is 1 or 4);
    }

    [Fact]
    public void Gauges_follow_the_run()
    {
        var system = Assert.Single(Comparison("vllm").Run([64]).Systems);
        Assert.InRange(system.KvUse!.Max, 0.01, system.KvHighWater!.Value);
        Assert.True(system.QueueLength!.Max >= 1);
        // Nothing waits and nothing is held at the end.
        Assert.Equal(0, system.QueueLength.Samples()[^1].Mean, 3);
    }

    [Theory]
    [InlineData("muxserve", 1)]
    [InlineData("muxserve", 2)]
    [InlineData("bullet", 2)]
    [InlineData("loongserve", 2)]
    [InlineData("dynapipe", 4)]
    public void Gauges_follow_every_kind_of_system_over_all_of_its_copies(string name, int devices)
    {
        var comparison = Comparison("vllm");
        var spec = comparison.Deployments[0].Spec with
        {
            System = name,
            Devices = devices,
            Pipeline = name == "dynapipe" ? 2 : 1,
        };
        comparison = comparison with { Deployments = [SimulatedDeployment.Of(spec)] };
        var system = Assert.Single(comparison.Run([64]).Systems);
        Assert.InRange(system.KvUse!.Max, 0.001, 1);
        Assert.InRange(system.KvUse.Mean, 1e-4, system.KvUse.Max);
        Assert.True(system.QueueLength!.Max >= 1);
        // Nothing waits and nothing is held at the end.
        Assert.Equal(0, system.QueueLength.Samples()[^1].Mean, 3);
        Assert.InRange(system.KvUse.Samples()[^1].Mean, 0, system.KvUse.Max / 2);
    }

    [Fact]
    public void Progress_never_counts_more_requests_than_there_are()
    {
        var most = 0;
        var comparison = Comparison("muxserve") with { Progress = seen => most = Math.Max(most, seen.Arrived) };
        comparison.Run([]);
        Assert.Equal(200, most);
    }

    [Fact]
    public void Goodput_is_reached_and_a_little_more_is_not()
    {
        var comparison = Comparison("vllm") with { SearchesGoodput = true };
        var goodput = Assert.Single(comparison.Run([]).Runs).Goodput!;
        Assert.False(goodput.IsLowerBound);
        Assert.InRange(goodput.Rate, 0.5, 50);
        Assert.True(goodput.Curve.First(point => point.Rate == goodput.Rate).Attainment >= 0.9);
        var next = goodput.Curve.First(point => point.Rate > goodput.Rate);
        Assert.True(next.Attainment < 0.9 && next.Rate < goodput.Rate * 1.1);
    }

    [Fact]
    public void Goodput_beneath_the_first_rate_tried_is_no_lower_bound()
    {
        // The doubling ends at the very next step: bisection meets no rate that misses, and the upper end is known to.
        var comparison = Comparison("vllm") with
        {
            SearchesGoodput = true,
        };
        var goodput = comparison.Run([]).Runs[0].Goodput!;
        var above = comparison with
        {
            Workload = RatedWorkload.OfSpec(
                FormattableString.Invariant($"poisson:rate={goodput.Rate * 1.02:R},prompt=512,output=32,n=200")
            ),
        };
        Assert.False(above.Run([]).Runs[0].Goodput!.IsLowerBound);
    }

    [Fact]
    public void An_objective_that_an_idle_system_misses_has_no_goodput()
    {
        var comparison = Comparison("vllm") with
        {
            SearchesGoodput = true,
            Objective = ServiceObjective.Parse("ttft=0.04"),
        };
        Assert.Equal(0, Assert.Single(comparison.Run([]).Runs).Goodput!.Rate);
    }

    [Fact]
    public void Equal_comparisons_give_equal_bytes()
    {
        var comparison = Comparison("fastserve", "distserve") with { SearchesGoodput = true };
        Assert.Equal(Csv(comparison), Csv(comparison));

        static string Csv(Comparison comparison)
        {
            using var text = new StringWriter();
            new ResultTable(comparison.Run([2, 4]).Runs).WriteCsv(text);
            return text.ToString();
        }
    }

    [Fact]
    public void A_workload_of_one_moment_has_no_rate_to_change()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, "arrival_ms,prompt_tokens,output_tokens\n0,10,10\n0,10,10\n");
        try
        {
            var comparison = Comparison("vllm") with { Workload = RatedWorkload.OfTrace(path) };
            Assert.Equal(2, Assert.Single(comparison.Run([]).Runs).Metrics.Served);
            Assert.Contains("no rate", Assert.Throws<DeploymentException>(() => comparison.Run([1])).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void It_ends_when_it_is_told_to()
    {
        using var cancelled = new CancellationTokenSource();
        var comparison = Comparison("vllm") with { Progress = seen => Cancel(seen.Arrived) };
        Assert.Throws<OperationCanceledException>(() => comparison.Run([], cancelled.Token));

        void Cancel(int arrived)
        {
            if (arrived == 10)
                cancelled.Cancel();
        }
    }

    private static Comparison Comparison(params string[] systems) =>
        new()
        {
            Deployments =
            [
                .. systems.Select(system =>
                    SimulatedDeployment.Of(
                        new DeploymentSpec
                        {
                            System = system,
                            Model = "opt-13b",
                            Device = "a100-80g",
                            Devices = 2,
                            MaxModelLength = 2048,
                        }
                    )
                ),
            ],
            Workload = RatedWorkload.OfSpec("poisson:rate=2,prompt=512,output=32,n=200"),
            Objective = _objective,
        };
}
