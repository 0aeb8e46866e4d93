// Owns when measuring ends: by an injected clock, how many steps run for a budget and which of their times counts.
using Tern.Engine.Calibration;

namespace Tern.Engine.Tests.Calibration;

public class StepTimerTests
{
    private static readonly IReadOnlyList<CalibrationStep> _plan = CalibrationPlan.Of(512, 64, 4096, 1000, 16);

    private double _nowMs;
    private int _runs;

    [Fact]
    public void With_time_enough_every_step_is_timed_in_every_round()
    {
        var points = Timer(step => step.Shape.Rows).Measure(_plan, 1e7);
        Assert.Equal(_plan, points.Select(point => point.Step));
        Assert.All(points, point => Assert.Equal(point.Step.Shape.Rows, point.Ms));
        // A short step runs twice for a time; what went before was warming up.
        int warmUp = _runs - 2 * StepTimer.Rounds * _plan.Count;
        Assert.True(warmUp > 0);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void The_budget_is_kept_but_for_a_last_step_that_was_expected_to_fit(double budgetMs)
    {
        var points = Timer(step => 10 + step.Shape.Rows).Measure(_plan, budgetMs);
        Assert.InRange(points.Count, StepTimer.AlwaysMeasured, _plan.Count);
        Assert.Equal(_plan.Take(points.Count), points.Select(point => point.Step));
        double longest = points.Max(point => point.Ms);
        Assert.InRange(_nowMs, 0, budgetMs + 2 * longest);
    }

    [Fact]
    public void A_larger_budget_measures_more_steps_and_a_step_longer_than_the_rest_is_not_begun()
    {
        int small = Timer(step => 100 * step.Shape.Rows).Measure(_plan, 2_000).Count;
        _nowMs = 0;
        int large = Timer(step => 100 * step.Shape.Rows).Measure(_plan, 20_000).Count;
        Assert.True(small < large, $"{small} and {large} steps");
        Assert.True(large < _plan.Count);
        Assert.InRange(_nowMs, 0, 20_000);
    }

    [Fact]
    public void The_first_chunk_and_the_first_decode_are_measured_whatever_they_take()
    {
        var points = Timer(_ => 60_000).Measure(_plan, 1);
        Assert.Equal(StepTimer.AlwaysMeasured, points.Count);
        Assert.Equal(new CalibrationStep(1, 0, 0, 0), points[0].Step);
        Assert.Equal(1, points[1].Step.Sequences);
        // One run each, and one that warmed up.
        Assert.Equal(3, _runs);
    }

    [Fact]
    public void The_median_counts_not_what_disturbed_the_machine()
    {
        var random = new Random(1);
        var points = Timer(step => random.Next(4) == 0 ? 500 : step.Shape.Rows).Measure(_plan, 1e7);
        Assert.InRange(points.Count(point => point.Ms == 500), 0, 2);
    }

    [Fact]
    public void Measuring_can_be_cancelled()
    {
        using var patience = new CancellationTokenSource();
        var timer = Timer(_ =>
        {
            if (_runs == 7)
                patience.Cancel();
            return 1;
        });
        Assert.Throws<OperationCanceledException>(() => timer.Measure(_plan, 1e7, patience.Token));
        Assert.Equal(7, _runs);
    }

    private StepTimer Timer(Func<CalibrationStep, double> ms)
    {
        _runs = 0;
        return new StepTimer(
            step =>
                () =>
                {
                    _runs++;
                    _nowMs += ms(step);
                },
            () => _nowMs
        );
    }
}
