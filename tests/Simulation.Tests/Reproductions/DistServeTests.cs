// Owns which of DistServe's published figures the simulator gives.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Reproductions;
using Tern.Testing;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class DistServeTests
{
    [Fact]
    public void The_published_step_times_are_met_to_the_microsecond() =>
        AllMet(DistServeFormulas.CheckVectors(), expected: 18);

    [Fact]
    public void The_published_search_spaces_are_met() => AllMet(DistServeFormulas.EnumerationCounts(), expected: 18);

    [Fact]
    public void The_simulated_prefill_instance_is_the_queue_of_the_closed_forms() =>
        AllMet(DistServeFormulas.PrefillQueues(), expected: 6);

    [Fact]
    public void The_case_of_the_simulators_readme_is_met() => AllMet(DistServeExperiments.ReadmeCase(), expected: 2);

    [Fact]
    public void Table_2_is_met_at_low_rates_for_DistServe_and_at_high_ones_for_vllm_and_the_rest_says_why_not()
    {
        var rows = DistServeExperiments.Table2().ToList();
        AllMet(rows.Where(row => row.Quantity.StartsWith("DistServe", StringComparison.Ordinal)).Take(5), expected: 5);
        AllMet(rows.Where(row => row.Quantity.StartsWith("vLLM", StringComparison.Ordinal)).Skip(4), expected: 3);
        Assert.All(rows.Where(row => !row.IsMet), row => Assert.Contains("last release slows steps", row.Remark));
    }

    [Fact]
    public void The_factors_of_the_last_release_alone_make_an_idle_vllm_miss_the_objective_on_long_prompts()
    {
        var setup = new DistServeSetup("opt-66b", 400, 100, Requests: 300);
        Assert.InRange(setup.Vllm(new Parallelism(4, 1), 0.01).Both, 0.7, 0.9);
        Assert.InRange((setup with { AsMeasured = true }).Vllm(new Parallelism(4, 1), 0.01).Both, 0.9, 1);
    }

    [LongFact]
    public void Goodput_against_vllm_is_in_the_published_range_for_opt_66b() =>
        Assert.True(DistServeComparisons.GoodputAgainstVllm().Single(row => row.Quantity.StartsWith("opt-66b")).IsMet);

    [LongFact]
    public void The_ablation_has_the_papers_order() => AllMet(DistServeComparisons.Ablation(), expected: 3);

    [Fact]
    public void A_run_is_the_same_every_time()
    {
        var setup = new DistServeSetup("opt-13b", 200, 100, Requests: 50);
        var pair = new DisaggregatedPlacement(1, new(2, 1), new(1, 1));
        Assert.Equal(setup.DistServe(pair, 3), setup.DistServe(pair, 3));
    }

    private static void AllMet(IEnumerable<ReproductionRow> rows, int expected)
    {
        var list = rows.ToList();
        Assert.Equal(expected, list.Count);
        Assert.All(
            list,
            row => Assert.True(row.IsMet, $"{row.Quantity}: published {row.Published}, measured {row.Measured}")
        );
    }
}
