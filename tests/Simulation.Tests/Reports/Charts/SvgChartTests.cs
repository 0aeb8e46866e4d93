// Owns the drawing: axes, gaps, what cannot be drawn.
using System.Globalization;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Tern.Simulation.Reports.Charts;

namespace Tern.Simulation.Tests.Reports.Charts;

public sealed class SvgChartTests
{
    [Theory]
    [InlineData(0.0, 100.0, "0 20 40 60 80 100")]
    [InlineData(0.0, 0.0, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(3.0, 97.0, "0 20 40 60 80 100")]
    [InlineData(0.01, 0.034, "0.00 0.01 0.02 0.03 0.04")]
    [InlineData(970.0, 1010.0, "970 980 990 1000 1010")]
    [InlineData(-3.0, 4.0, "-4 -2 0 2 4")]
    public void Linear_ticks_are_round_and_hold_the_values(double low, double high, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Axis.For([low, high], log: false, intervals: 5).Labels));

    [Theory]
    [InlineData(3.0, 700.0, "2 5 10 20 50 100 200 500 1000")]
    [InlineData(0.02, 0.05, "0.02 0.05")]
    [InlineData(0.001, 2e6, "0.001 0.01 0.1 1 10 100 1000 10000 100000 1000000 10000000")]
    [InlineData(10.0, 10.0, "10 20")]
    public void Logarithmic_ticks_are_round_and_hold_the_values(double low, double high, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Axis.For([low, high], log: true, intervals: 5).Labels));

    [Fact]
    public void Every_value_lies_on_its_axis() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Arb.From(
                    from mantissas in Gen.Choose(1, 9999).NonEmptyListOf()
                    from exponent in Gen.Choose(-9, 6)
                    from log in Gen.Elements(true, false)
                    select (Values: mantissas.Select(m => m * Math.Pow(10, exponent)).ToArray(), Log: log)
                ),
                axis =>
                {
                    var drawn = Axis.For(axis.Values, axis.Log, intervals: 6);
                    return drawn.Ticks.Length is >= 2 and <= 14
                        && drawn.Labels.Distinct().Count() == drawn.Labels.Length
                        && axis.Values.All(value => drawn.Place(value) is >= -1e-9 and <= 1 + 1e-9);
                }
            )
        );

    [Fact]
    public void A_missing_value_leaves_a_gap_and_no_marker()
    {
        var line = new ChartSeries("a", [new(0, 1), new(1, double.NaN), new(2, 3), new(3, 4)]);
        var svg = XElement.Parse(SvgChart.Draw(Chart(line)));
        var path = Paths(svg, "line").First().Attribute("d")!.Value;
        Assert.Equal((2, 1), (path.Count(c => c == 'M'), path.Count(c => c == 'L')));
        // Three points and the legend's.
        Assert.Equal(4, Paths(svg, "marker").Count());
    }

    [Fact]
    public void Everything_is_drawn_inside_the_view_and_the_legend_above_the_plot()
    {
        var lines = Enumerable
            .Range(0, 9)
            .Select(i => new ChartSeries($"a system of number {i}", [new(0, i), new(5, 100 - i)]));
        var svg = XElement.Parse(SvgChart.Draw(Chart([.. lines])));
        var view = svg.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
        var top = Paths(svg, "axis").Last().Attribute("d")!.Value.Split(' ', 'V', 'H');
        foreach (var entry in svg.Elements("g").Where(g => g.Attribute("transform") is not null))
        {
            var at = entry.Attribute("transform")!.Value["translate(".Length..^1].Split(' ').Select(Number).ToArray();
            Assert.InRange(at[0] + 35 + 6 * entry.Element("text")!.Value.Length, 0, view[2]);
            Assert.InRange(at[1], 0, Number(top[1]) - 4);
        }
        Assert.Equal(
            9,
            svg.Elements("g")
                .Where(g => g.Attribute("transform") is null)
                .Select(g => g.Attribute("class")!.Value)
                .Distinct()
                .Count()
        );
    }

    [Fact]
    public void What_cannot_be_drawn_is_named()
    {
        var zero = new ChartSeries("orca", [new(0, 1)]);
        Fails(Chart(zero) with { LogX = true }, "series 'orca' has the point (0, 1); on a logarithmic axis");
        Fails(Chart(new ChartSeries("vllm", [new(1, double.PositiveInfinity)])), "series 'vllm' has the point (1, ");
        Fails(Chart(), "has no series");
        Fails(Chart(zero) with { LogY = true, References = [new("target", -1)] }, "reference line 'target' is at -1");
    }

    private static void Fails(Chart chart, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => SvgChart.Draw(chart)).Message);

    private static Chart Chart(params ChartSeries[] series) =>
        new()
        {
            Title = "t",
            XLabel = "x",
            YLabel = "y",
            Series = series,
        };

    private static IEnumerable<XElement> Paths(XElement svg, string style) =>
        svg.Descendants("path").Where(path => path.Attribute("class")?.Value == style);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
