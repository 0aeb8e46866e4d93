// Owns the grid of measured step times: interpolation, missing cells, outliers, monotonicity.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class GridProfileTests
{
    private static readonly double[] _shares = [0.3, 0.5, 0.8, 1];
    private static readonly int[] _batches = [1, 2, 4, 8, 16];
    private static readonly int[] _lengths = [32, 128, 512];

    [Fact]
    public void Measured_points_are_met_and_between_them_the_line_holds()
    {
        var model = new GridProfile(Grid(), 2);
        Assert.Empty(model.Outliers);
        foreach (var point in Grid())
        {
            Assert.Equal(point.PrefillMs, model.PrefillMs(point.Batch, point.SequenceLength, point.Compute), 9);
            var decode = StepShape.Decode(point.Batch, (long)point.Batch * point.SequenceLength);
            Assert.Equal(point.DecodeMs, model.StepMs(decode, new(point.Compute, false)), 9);
        }
        // The grid's times are linear in batch × length, so the middle of a cell and the space beyond are too.
        Assert.Equal(Prefill(1, 6, 128), model.PrefillMs(6, 128), 9);
        Assert.Equal(Prefill(1, 8, 300), model.PrefillMs(8, 300), 9);
        Assert.Equal(Prefill(1, 40, 512), model.PrefillMs(40, 512), 9);
        Assert.Equal((Prefill(0.8, 4, 32) + Prefill(1, 4, 32)) / 2, model.PrefillMs(4, 32, 0.9), 9);
        Assert.Equal(2 * Prefill(0.3, 4, 32), model.PrefillMs(4, 32, 0.15), 9);
    }

    [Fact]
    public void Prefill_and_decode_of_a_step_add_up_and_contention_slows_both()
    {
        var model = new GridProfile(Grid(), 2, contendedSlowdown: 1.25);
        var step = StepShape.Prefill(128, 128) with { DecodeTokens = 8, DecodeContext = 8 * 512 };
        var ms = Prefill(1, 2, 128) + Decode(1, 8, 512);
        Assert.Equal(ms, model.StepMs(step), 9);
        Assert.Equal(1.25 * ms, model.StepMs(step, new(1, true)), 9);
    }

    [Fact]
    public void A_cell_that_was_not_run_lies_on_the_line_of_its_neighbours()
    {
        var model = new GridProfile([.. Grid().Where(p => p.Batch != 16 || p.SequenceLength != 512)], 2);
        Assert.Equal(Prefill(0.5, 16, 512), model.PrefillMs(16, 512, 0.5), 9);
    }

    [Fact]
    public void A_single_outlier_is_flagged_and_leaves_its_neighbours_alone()
    {
        GridPoint[] points = [.. Grid()];
        var spike = Array.FindIndex(points, p => p is { Compute: 1, Batch: 4, SequenceLength: 128 });
        points[spike] = points[spike] with { DecodeMs = 5 * points[spike].DecodeMs };
        var model = new GridProfile(points, 2);
        Assert.Equal([points[spike]], model.Outliers);
        Assert.InRange(model.DecodeMs(4, 128), Decode(1, 4, 128), 1.3 * Decode(1, 4, 128));
    }

    [Fact]
    public void However_noisy_the_grid_more_work_or_less_share_never_takes_less()
    {
        var cases =
            from noise in Gen.Choose(50, 200).ArrayOf(_shares.Length * _batches.Length * _lengths.Length)
            from batch in Gen.Choose(0, 40).Two()
            from length in Gen.Choose(0, 900).Two()
            from share in Gen.Choose(1, 100).Two()
            select (noise, batch, length, share);
        Prop.ForAll(
                Arb.From(cases),
                c =>
                {
                    var points = Grid()
                        .Select(
                            (p, i) =>
                                p with
                                {
                                    PrefillMs = p.PrefillMs * c.noise[i],
                                    DecodeMs = p.DecodeMs * c.noise[^(i + 1)],
                                }
                        );
                    var model = new GridProfile([.. points], 2);
                    var (b, l, s) = (Sorted(c.batch), Sorted(c.length), Sorted(c.share));
                    return Holds(model.PrefillMs) && Holds(model.DecodeMs);

                    bool Holds(Func<double, double, double, double> ms) =>
                        ms(b.Low, l.Low, s.High / 100.0) is > 0 and var less
                        && less <= ms(b.High, l.High, s.Low / 100.0) * (1 + 1e-12);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Points_that_are_no_grid_are_refused()
    {
        Assert.Contains("for 2", Refused(Grid(), gpus: 3), StringComparison.Ordinal);
        Assert.Contains("twice", Refused([.. Grid(), Grid()[0]]), StringComparison.Ordinal);
        Assert.Contains("not run", Refused([Grid()[0] with { DecodeMs = -1 }]), StringComparison.Ordinal);
        Assert.Contains(
            "at least 2",
            Refused([.. Grid().Where(p => p.SequenceLength != 512 || p.Batch == 1)]),
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridProfile(Grid(), 2, contendedSlowdown: 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new GridProfile(Grid(), 2).StepMs(StepShape.Prefill(5), new(0, false))
        );
    }

    private static string Refused(GridPoint[] points, int gpus = 2) =>
        Assert.Throws<ArgumentException>(() => new GridProfile(points, gpus)).Message;

    private static (int Low, int High) Sorted((int A, int B) pair) =>
        (Math.Min(pair.A, pair.B), Math.Max(pair.A, pair.B));

    private static GridPoint[] Grid() =>
        [
            .. from share in _shares
            from batch in _batches
            from length in _lengths
            select new GridPoint(2, share, batch, length, Prefill(share, batch, length), Decode(share, batch, length)),
        ];

    private static double Prefill(double share, double batch, double length) => 5 + 0.1 * batch * length / share;

    private static double Decode(double share, double batch, double length) =>
        10 / Math.Min(1, share / 0.5) + 0.05 * batch + 0.0005 * batch * length;
}
