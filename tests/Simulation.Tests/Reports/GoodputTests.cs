// Owns the goodput search on functions whose answer is known.
using FsCheck;
using FsCheck.Fluent;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class GoodputTests
{
    [Fact]
    public void The_knee_of_a_falling_attainment_is_found_within_the_precision() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                Arb.From(Gen.Choose(1, 9999).Select(i => i / 1000.0)),
                knee =>
                {
                    var found = Goodput.Search(
                        rate => rate <= knee ? 0.95 : 0.2,
                        new Goodput.Options { MaxRate = 10, Precision = 0.01 }
                    );
                    return found.Rate <= knee && found.Rate > knee - 0.01;
                }
            )
        );

    [Fact]
    public void The_rates_tried_are_those_of_the_published_search()
    {
        // 0..5 to within 0.25: DistServe's README case tries 2.5 first and ends on 1.5625, the 1.56 printed there.
        var found = Goodput.Search(rate => 1 - rate / 16, new Goodput.Options { MaxRate = 5, Precision = 0.25 });
        Assert.Equal([1.25, 1.5625, 1.71875, 1.875, 2.5], found.Curve.Select(point => point.Rate));
        Assert.Equal(1.5625, found.Rate);
        Assert.Equal(1 - 1.5625 / 16, found.Curve[1].Attainment);
        Assert.False(found.IsLowerBound);
    }

    [Fact]
    public void A_target_never_missed_says_so() =>
        Assert.True(Goodput.Search(_ => 1, new Goodput.Options { MaxRate = 8, Precision = 1 }).IsLowerBound);

    [Fact]
    public void A_target_never_met_has_no_goodput() =>
        Assert.Equal(0, Goodput.Search(_ => 0.89, new Goodput.Options { MaxRate = 8, Precision = 1 }).Rate);

    [Fact]
    public void With_noise_the_result_is_still_a_rate_that_met_the_target()
    {
        var noise = new[] { 0.91, 0.4, 0.95, 0.2, 0.9, 0.89, 0.93, 0.3 };
        double Attainment(double rate) => noise[(int)(rate * 16) % noise.Length];
        var found = Goodput.Search(Attainment, new Goodput.Options { MaxRate = 10, Precision = 0.1 });
        Assert.True(found.Rate == 0 || Attainment(found.Rate) >= 0.9);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.01)]
    [InlineData(-0.1)]
    public void What_is_no_share_is_refused_with_its_rate(double share)
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Goodput.Search(_ => share, new Goodput.Options { MaxRate = 10, Precision = 1 })
        );
        Assert.Contains("5 requests/s", error.Message);
    }

    [Theory]
    [InlineData(0.9, 0.0, 1.0, "MaxRate")]
    [InlineData(0.9, 10.0, 0.0, "Precision")]
    [InlineData(0.9, 10.0, 1e-16, "Precision")]
    [InlineData(0.0, 10.0, 1.0, "Target")]
    [InlineData(1.1, 10.0, 1.0, "Target")]
    public void Options_that_make_no_sense_are_named(double target, double max, double precision, string name)
    {
        var options = new Goodput.Options
        {
            Target = target,
            MaxRate = max,
            Precision = precision,
        };
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Goodput.Search(_ => 1, options));
        Assert.Equal(name, error.ParamName);
    }

    [Fact]
    public void A_latency_crosses_its_limit_between_two_rates()
    {
        (double, double)[] curve = [(1, 0.1), (2, 0.2), (4, 0.4), (5, 9)];
        Assert.Equal(3, Goodput.CrossingRate(curve, 0.3), 12);
        Assert.Equal(1, Goodput.CrossingRate(curve, 0.05));
        Assert.Equal(double.PositiveInfinity, Goodput.CrossingRate(curve, 10));
        Assert.Throws<ArgumentException>(() => Goodput.CrossingRate([(2, 1), (1, 2)], 5));
        Assert.Throws<ArgumentException>(() => Goodput.CrossingRate([], 5));
    }
}
