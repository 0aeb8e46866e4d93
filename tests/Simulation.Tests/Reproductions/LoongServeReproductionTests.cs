// Owns the proof that LoongServe's experiments give what `docs` and the command say they give.
using Tern.Simulation.Reproductions;
using Xunit.Abstractions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class LoongServeReproductionTests(ITestOutputHelper output)
{
    [Fact]
    public void The_cost_model_meets_the_printed_ratio() => AssertMet(LoongServeReproduction.CostModel());

    [Fact]
    public void The_batching_search_is_optimal_in_all_1500_cases() => AssertMet(LoongServeReproduction.Batching());

    [Fact]
    public void Disaggregation_runs_out_of_memory_on_the_long_data_sets() =>
        AssertMet(LoongServeReproduction.Disaggregation());

    [Fact]
    public void Decode_groups_scale_up_at_25_requests_a_second() =>
        Assert.InRange(Told(LoongServeReproduction.ScaleUpFrequency(60)).Measured, 1, 30);

    [Fact]
    public void Elastic_parallelism_beats_every_static_one_on_short_runs() =>
        Assert.True(Told(LoongServeReproduction.StaticParallelism(1.4, 1.53, 120)[1]).IsMet);

    [Fact]
    public void All_rows_of_the_long_experiments_are_met_or_say_why_not()
    {
        if (Environment.GetEnvironmentVariable("TERN_LONG_TESTS") != "1")
            return;
        foreach (var row in LoongServeReproduction.StaticParallelism().Concat(LoongServeReproduction.ScaleUp()))
            Assert.True(Told(row).IsMet || row.Remark.Length > 0);
    }

    private void AssertMet(IReadOnlyList<ReproductionRow> rows)
    {
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(Told(row).IsMet));
    }

    private ReproductionRow Told(ReproductionRow row)
    {
        output.WriteLine(
            $"{row.Experiment}: {row.Quantity}: {row.Published} {row.Measured:F3} met {row.IsMet}; {row.Inputs} {row.Remark}"
        );
        return row;
    }
}
