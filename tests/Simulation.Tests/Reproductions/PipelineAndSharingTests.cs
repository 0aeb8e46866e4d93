// Owns the claims of DynaPipe and Bullet that the simulator must show: small runs always, all rows when long tests are wanted.
using Tern.Scheduling.Systems;
using Tern.Simulation.Reproductions;
using Tern.Testing;
using Xunit.Abstractions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class PipelineAndSharingTests(ITestOutputHelper output)
{
    [Fact]
    public void Moving_layers_takes_a_published_share_off_the_latency_of_the_14B_model()
    {
        var run = DynaPipeReproduction.Compare(new DynaPipeSetup("qwen2.5-14b"), 10, 5, statics: 0);
        Assert.InRange(1 - run.RuleMs / run.EvenMs, 0.08, 0.41);
        Assert.True(run.Moves > 0);
        Assert.True(run.ExactMs <= run.RuleMs);
    }

    [Fact]
    public void Phases_side_by_side_serve_a_backlog_of_long_prompts_faster_than_chunks()
    {
        var (_, lengths, limits, _) = BulletReproduction.Sets[2];
        var backlog = BulletSetup.Load(lengths, 1000, 120).ToList();
        var gain =
            BulletSetup.Chunked(backlog).DurationMs / BulletSetup.SideBySide(Bullet.With(limits), backlog).DurationMs;
        Assert.InRange(gain, 1.02, 1.3);
    }

    [Fact]
    public void Neither_sharing_nor_a_fixed_partition_alone_keeps_the_limits_of_code_completion()
    {
        var (_, lengths, limits, _) = BulletReproduction.Sets[1];
        var load = BulletSetup.Load(lengths, 8.3, 1000).ToList();
        var full = BulletReproduction.Seen.In(BulletSetup.SideBySide(Bullet.With(limits), load), limits);
        var naive = BulletReproduction.Seen.In(BulletSetup.SideBySide(BulletSetup.Naive(limits), load), limits);
        var partition = BulletReproduction.Seen.In(
            BulletSetup.SideBySide(BulletSetup.PartitionOnly(limits), load),
            limits
        );
        Assert.True(naive.TpotMs > full.TpotMs);
        Assert.True(partition.TtftMs > full.TtftMs);
        Assert.True(full.Attainment > Math.Max(naive.Attainment, partition.Attainment));
    }

    [Fact]
    public void Two_runs_are_the_same_to_the_last_bit()
    {
        var (_, lengths, limits, _) = BulletReproduction.Sets[0];
        double[] Times() =>
            [
                .. BulletSetup
                    .SideBySide(Bullet.With(limits), BulletSetup.Load(lengths, 10, 100))
                    .Timelines.Select(t => t.FinishMs),
            ];
        Assert.Equal(Times(), Times());
    }

    [LongFact]
    public void A_figure_outside_its_band_says_why()
    {
        IReadOnlyList<ReproductionRow> rows = [.. BulletReproduction.Rows(), .. DynaPipeReproduction.Rows()];
        foreach (var row in rows)
            output.WriteLine(
                $"{(row.IsMet ? "met " : "MISS")} {row.Experiment} | {row.Quantity} | {row.Published} | {row.Measured:F3} | {row.Inputs} | {row.Remark}"
            );
        Assert.All(rows, row => Assert.True(double.IsFinite(row.Measured) && (row.IsMet || row.Remark.Length > 0)));
    }
}
