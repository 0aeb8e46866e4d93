// Owns the shape of a step and the calibrated model, by hand-computed values.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class LatencyTests
{
    [Fact]
    public void The_shape_of_a_batch_counts_rows_context_and_pairs()
    {
        var scheduler = new Scheduler(Drive.Options(batchTokens: 8));
        scheduler.Add(Drive.Request("a", 4, 9, first: 100), 0);
        scheduler.Add(Drive.Request("b", 10, 9, first: 200), 0);
        Drive.Step(scheduler); // a[0+4] b[0+4]
        var shape = StepShape.Of(scheduler.Next(0)!); // a[4+1] b[4+6]
        Assert.Equal(
            new StepShape
            {
                PrefillSequences = 1,
                PrefillTokens = 6,
                PrefillContext = 10,
                PrefillPairs = 5 + 6 + 7 + 8 + 9 + 10,
                DecodeTokens = 1,
                DecodeContext = 5,
                SampledTokens = 2,
            },
            shape
        );
        Assert.Equal(7, shape.Rows);
        Assert.Equal(3 + 0.5 * 6 + 0.1 * 15 + 0.25 * 2, new Linear(3, 0.5, 0.1, 0.25).StepMs(shape), 12);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, -1, 0, 0)]
    [InlineData(1, 0, double.NaN, 0)]
    [InlineData(1, 0, 0, double.PositiveInfinity)]
    public void Coefficients_that_are_no_durations_are_refused(double a, double b, double c, double d) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(a, b, c, d));
}
