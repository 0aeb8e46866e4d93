// Owns which of MuxServe's figures the simulator reproduces, and which it does not and says why.
using Tern.Simulation.Reproductions;
using Tern.Testing;
using Xunit.Abstractions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class MuxServeReproductionTests(ITestOutputHelper output)
{
    [Fact]
    public void Total_rates_follow_the_published_power_law() =>
        Assert.All(MuxServeReproduction.PowerLawTotals(), row => Assert.True(row.IsMet, row.Quantity));

    [Fact]
    public void Published_step_times_are_met_within_15_percent_or_the_row_says_why_not()
    {
        var rows = MuxServeReproduction.StepTimes();
        Assert.Equal(10, rows.Count);
        Assert.Equal(7, rows.Count(row => row.IsMet));
        Assert.All(rows, row => Assert.True(row.IsMet || row.Remark.Length > 0, row.Quantity));
        Assert.All(rows, row => Assert.InRange(row.Deviation!.Value, -0.26, 0.23));
    }

    [Fact]
    public void Quotas_follow_a_load_that_was_not_expected() => Assert.True(MuxServeBatching.QuotaAdaptation().IsMet);

    [LongFact]
    public void Throughput_on_the_real_traces_load_is_reproduced()
    {
        var rows = MuxServeReproduction.RealTrace();
        Write(rows);
        Assert.All(rows, row => Assert.True(row.IsMet, $"{row.Quantity}: {row.Measured}"));
    }

    [LongFact]
    public void The_ablations_come_out_in_the_published_direction()
    {
        var rows = MuxServeBatching.Rows().Append(MuxServePlacement.Row()).ToList();
        Write(rows);
        Assert.All(rows, row => Assert.True(row.Measured > 1, $"{row.Quantity}: {row.Measured}"));
        Assert.All(rows, row => Assert.True(row.IsMet || row.Remark.Length > 0, row.Quantity));
    }

    private void Write(IEnumerable<ReproductionRow> rows)
    {
        foreach (var row in rows)
            output.WriteLine($"{row.Quantity}: {row.Published}, measured {row.Measured:F3}. {row.Remark}");
    }
}
