// Owns the proof that LoongServe's experiments are met, or say why not.
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Simulation.Reproductions;
using Tern.Testing;
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
        AssertMet([
            LoongServeReproduction.Disaggregation("l-eval", 200, runsOut: false),
            LoongServeReproduction.Disaggregation("lv-eval", 400, runsOut: true),
        ]);

    [Fact]
    public void Decode_groups_scale_up_at_25_requests_a_second() =>
        Assert.InRange(Told(LoongServeReproduction.ScaleUpFrequency(60)).Measured, 1, 30);

    [Fact]
    public void Where_prompts_are_long_elastic_parallelism_attains_more_than_every_static_one()
    {
        var elastic = Attainment(LoongServeDeployment.Elastic(64, BatchingBound.ReleasedCode));
        Assert.All(
            [
                LoongServeDeployment.FixedTensor(),
                LoongServeDeployment.FixedSequence(),
                LoongServeDeployment.Replicated(),
            ],
            rival => Assert.True(Attainment(rival) < elastic - 0.1)
        );

        static double Attainment(ElasticSimulation simulation) =>
            simulation.Run(LoongServeWorkload.Zipf(1.0, 0.8, 800)).Timelines.Count(t => LoongServeGoodput.Attains(t))
            / 800.0;
    }

    [LongFact]
    public void All_rows_of_the_long_experiments_are_met_or_say_why_not()
    {
        foreach (var row in LoongServeReproduction.All())
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
