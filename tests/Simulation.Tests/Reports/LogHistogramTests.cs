// Owns the error bound of the histogram's percentiles.
using FsCheck;
using FsCheck.Fluent;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class LogHistogramTests
{
    private static readonly double[] _percents = [0, 0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 100];

    /// <summary>Zeros, repeated values, and values over 40 orders of magnitude.</summary>
    private static readonly Gen<double> _values = Gen.OneOf(
        Gen.Constant(0.0),
        Gen.Choose(1, 20).Select(i => i * 12.5),
        from exponent in Gen.Choose(-20, 20)
        from mantissa in Gen.Choose(1000, 9999)
        select mantissa * Math.Pow(10, exponent)
    );

    [Fact]
    public void Every_percentile_is_within_the_bound_of_the_exact_one() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(Arb.From(_values.NonEmptyListOf().Select(values => values.ToArray())), IsWithinTheBound)
        );

    [Fact]
    public void The_bound_is_below_half_a_percent() => Assert.True(LogHistogram.RelativeError < 0.005);

    [Fact]
    public void Count_sum_least_and_greatest_are_exact()
    {
        var histogram = new LogHistogram();
        // 0.1 has no finite binary form: adding it up naively is off in the 6th digit after the point.
        for (var i = 0; i < 1_000_000; i++)
            histogram.Add(0.1);
        histogram.Add(7);
        Assert.Equal(
            (1_000_001, 100_007.0, 0.1, 7.0),
            (histogram.Count, Math.Round(histogram.Sum, 9), histogram.Min, histogram.Max)
        );
    }

    [Fact]
    public void The_extremes_of_the_numbers_fit()
    {
        var histogram = new LogHistogram();
        foreach (var value in new[] { double.Epsilon, double.MaxValue, 1.0 })
            histogram.Add(value);
        Assert.InRange(histogram.Percentile(50), 1, 1 + LogHistogram.RelativeError);
        Assert.Equal((double.Epsilon, double.MaxValue), (histogram.Percentile(0), histogram.Percentile(100)));
    }

    [Fact]
    public void Without_values_there_is_no_percentile_and_no_mean()
    {
        var histogram = new LogHistogram();
        Assert.All(
            [histogram.Percentile(50), histogram.Mean, histogram.Min, histogram.Max],
            v => Assert.True(double.IsNaN(v))
        );
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_latency_is_refused(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogHistogram().Add(value));

    private static bool IsWithinTheBound(double[] values)
    {
        var histogram = new LogHistogram();
        foreach (var value in values)
            histogram.Add(value);
        var sorted = values.Order().ToArray();
        return _percents.All(percent =>
        {
            var exact = sorted[Math.Max(1, (int)Math.Ceiling(percent / 100 * sorted.Length)) - 1];
            return Math.Abs(histogram.Percentile(percent) - exact) <= LogHistogram.RelativeError * exact;
        });
    }
}
