// Owns the gauge: means and maxima against a plain replay, memory that stays.
using FsCheck;
using FsCheck.Fluent;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class GaugeTests
{
    [Fact]
    public void Intervals_hold_means_over_time_and_maxima()
    {
        var gauge = new Gauge(capacity: 4, intervalMs: 10);
        gauge.Set(0, 2);
        gauge.Set(5, 6);
        gauge.Set(25, 0);
        gauge.AdvanceTo(35);
        Assert.Equal(
            [new GaugeSample(0, 4, 6), new GaugeSample(10, 6, 6), new GaugeSample(20, 3, 6), new GaugeSample(30, 0, 0)],
            gauge.Samples()
        );
        Assert.Equal((130.0 / 35, 6), (gauge.Mean, gauge.Max));
    }

    [Fact]
    public void A_peak_of_no_duration_is_seen()
    {
        var gauge = new Gauge(capacity: 4, intervalMs: 10);
        gauge.Set(12, 100);
        gauge.Set(12, 1);
        gauge.AdvanceTo(20);
        Assert.Equal([new GaugeSample(0, 0, 0), new GaugeSample(10, 0.8, 100)], gauge.Samples());
    }

    [Fact]
    public void A_sum_weighs_its_gauges_at_the_coarsest_interval_and_takes_one_that_ended_for_0()
    {
        var fine = new Gauge(capacity: 4, intervalMs: 1);
        fine.Set(1, 8);
        fine.Set(3, 0);
        fine.AdvanceTo(3);
        var coarse = new Gauge(capacity: 4, intervalMs: 1);
        coarse.Set(0, 1);
        coarse.AdvanceTo(7);
        var sum = Gauge.Sum([(fine, 0.5), (coarse, 1)]);
        Assert.Equal(
            [new GaugeSample(0, 3, 5), new GaugeSample(2, 3, 5), new GaugeSample(4, 1, 1), new GaugeSample(6, 1, 1)],
            sum.Samples()
        );
        Assert.Equal((15.0 / 7, 5), (sum.Mean, sum.Max));
        Assert.Throws<ArgumentException>(() => Gauge.Sum([]));
    }

    [Fact]
    public void When_full_the_interval_doubles_until_time_fits()
    {
        var gauge = new Gauge(capacity: 4, intervalMs: 1);
        gauge.Set(0, 1);
        gauge.AdvanceTo(4);
        Assert.Equal((2, 2), (gauge.IntervalMs, gauge.Samples().Length));
        gauge.AdvanceTo(1000);
        Assert.Equal((256, 4), (gauge.IntervalMs, gauge.Samples().Length));
        Assert.All(gauge.Samples(), sample => Assert.Equal(1, sample.Mean, 12));
    }

    [Fact]
    public void Any_course_agrees_with_a_plain_replay() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(
                Arb.From(
                    Gen.Zip(Gen.Choose(0, 300), Gen.Choose(0, 9)).NonEmptyListOf().Select(steps => steps.ToArray())
                ),
                AgreesWithAReplay
            )
        );

    [Fact]
    public void Time_only_moves_forward()
    {
        var gauge = new Gauge();
        gauge.Set(5, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => gauge.Set(4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => gauge.Set(6, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gauge(capacity: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gauge(intervalMs: 0));
    }

    /// <summary>Steps are (ms since the last, value); times are whole, so one array entry a ms is the truth.</summary>
    private static bool AgreesWithAReplay((int After, int Value)[] steps)
    {
        var gauge = new Gauge(capacity: 8, intervalMs: 1);
        var truth = new List<double>();
        var value = 0;
        foreach (var (after, next) in steps)
        {
            truth.AddRange(Enumerable.Repeat((double)value, after));
            gauge.Set(truth.Count, value = next);
        }
        var samples = gauge.Samples();
        return samples.Length <= 8
            && samples.All(sample =>
            {
                var of = truth.Skip((int)sample.StartMs).Take((int)gauge.IntervalMs).ToArray();
                return Math.Abs(of.Average() - sample.Mean) < 1e-9 && sample.Max >= of.Max();
            })
            && (truth.Count == 0 || Math.Abs(truth.Average() - gauge.Mean) < 1e-9)
            && gauge.Max == steps.Max(step => step.Value);
    }
}
