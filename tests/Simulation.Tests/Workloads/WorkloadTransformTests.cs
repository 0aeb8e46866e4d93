// Owns what becomes of a workload that is merged, cut or brought to another rate.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Workloads;

public sealed class WorkloadTransformTests
{
    [Fact]
    public void Merging_keeps_order_of_time_then_of_sources_and_numbers_anew()
    {
        TraceRequest[][] sources =
        [
            [At(1, "a"), At(5, "a")],
            [],
            [At(0, "b"), At(1, "b"), At(9, "b")],
        ];
        Assert.Equal(
            [(1, 0, "b"), (2, 1, "a"), (3, 1, "b"), (4, 5, "a"), (5, 9, "b")],
            sources.Merged().Select(r => (r.Row, r.ArrivalMs, r.Model))
        );
    }

    [Fact]
    public void Merging_reads_one_row_ahead_of_each_source()
    {
        var read = 0;
        var first = new[] { Endless(), Endless() }.Merged().Take(10).ToArray();
        Assert.Equal(10, first.Length);
        Assert.InRange(read, 10, 12);

        IEnumerable<TraceRequest> Endless()
        {
            for (var ms = 0; ; ms++)
            {
                read++;
                yield return At(ms);
            }
        }
    }

    [Fact]
    public void A_window_begins_its_own_time_and_keeps_row_numbers()
    {
        var rows = Enumerable.Range(0, 10).Select(i => At(i * 100) with { Row = i + 1 });
        Assert.Equal([(4, 50.0), (5, 150.0), (6, 250.0)], rows.Window(250, 550).Select(r => (r.Row, r.ArrivalMs)));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Window(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Window(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Window(double.NaN, 5));
    }

    [Fact]
    public void A_rate_stretches_time_and_nothing_else()
    {
        TraceRequest[] rows = [At(0), At(100, "m") with { PromptTokens = 7, PrefixIds = [3] }, At(400)];
        var slow = rows.AtRate(2.5).ToArray();
        Assert.Equal([0, 200, 800], slow.Select(r => r.ArrivalMs));
        Assert.Equal(rows[1], slow[1] with { ArrivalMs = 100 });
        Assert.Equal([0, 33.333, 133.333], rows.Stretched(1.0 / 3).Select(r => r.ArrivalMs));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.AtRate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Stretched(double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => rows[..1].AtRate(1));
    }

    private static TraceRequest At(double ms, string model = "") =>
        new()
        {
            Row = 1,
            ArrivalMs = ms,
            PromptTokens = 1,
            OutputTokens = 1,
            Model = model,
        };
}
