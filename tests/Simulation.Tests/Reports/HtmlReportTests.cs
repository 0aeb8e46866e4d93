// Owns the page: it escapes what it is given, loads nothing, and is the same bytes every time.
using System.Globalization;
using System.Text.RegularExpressions;
using Tern.Simulation.Reports;
using Tern.Simulation.Reports.Charts;

namespace Tern.Simulation.Tests.Reports;

public sealed class HtmlReportTests
{
    private const string Hostile = "<script>alert('1')</script>&\"";
    private static readonly double[] _scales = [1, 0.5, 2];

    [Fact]
    public void Nothing_it_is_given_becomes_markup()
    {
        var page = Page(Hostile);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("&\"", page);
        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;", page);
        // Whatever stands between quotes of an attribute has no quote of its own: tags stay balanced.
        foreach (var tag in new[] { "svg", "g", "figure", "table", "tr", "td", "details", "text", "title" })
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
    }

    [Fact]
    public void It_loads_nothing_and_runs_nothing()
    {
        var page = Page("a");
        Assert.DoesNotMatch("(?i)https?://|src=|href=|url\\(|@import|<script|<link|\\son\\w+=", page);
    }

    [Fact]
    public void Equal_reports_are_equal_bytes_in_any_culture()
    {
        var page = Page("a");
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" },
            };
            Assert.Equal(page, Page("a"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.DoesNotContain('\r', page);
    }

    [Fact]
    public void Every_chart_the_figures_allow_is_there_with_its_numbers()
    {
        var page = Page("a");
        Assert.Equal(7, Regex.Count(page, "<figure>"));
        Assert.Equal(7, Regex.Count(page, "<details>"));
        foreach (
            var label in new[]
            {
                "request rate (req/s)",
                "SLO scale",
                "TTFT (ms)",
                "TPOT (ms/token)",
                "KV in use (%)",
                "requests waiting",
            }
        )
            Assert.Contains($">{label}</text>", page);
        Assert.Contains("<dt>Command</dt><dd><code>tern simulate a</code></dd>", page);
    }

    [Fact]
    public void A_chart_that_cannot_be_drawn_leaves_nothing_written()
    {
        var bad = new Chart
        {
            Title = "t",
            XLabel = "x",
            YLabel = "y",
            Series = [],
        };
        var report = new HtmlReport
        {
            Title = "t",
            CommandLine = "c",
            Inputs = [],
            Charts = [bad],
        };
        var writer = new StringWriter();
        Assert.Throws<ArgumentException>(() => report.Write(writer));
        Assert.Equal("", writer.ToString());
    }

    [Fact]
    public void A_sweep_of_scales_is_drawn_by_scale_whatever_the_order_counted()
    {
        var chart = ReportCharts.AttainmentAgainstScale([System("a")], _scales, target: 0.9);
        Assert.Equal([0.5, 1, 2], chart.Series[0].Points.Select(point => point.X));
        Assert.Equal([0, 50, 100], chart.Series[0].Points.Select(point => point.Y));
        Assert.Throws<ArgumentException>(() => ReportCharts.AttainmentAgainstScale([System("a")], [1], target: 0.9));
    }

    [Fact]
    public void A_distribution_has_its_percentiles_and_the_limit()
    {
        var chart = ReportCharts.TtftDistribution([System("a")]);
        Assert.Equal(
            [new ChartPoint(150, 0), new ChartPoint(300, 100)],
            [chart.Series[0].Points[0], chart.Series[0].Points[^1]]
        );
        Assert.Equal(new ReferenceLine("SLO 200 ms", 200, Vertical: true), Assert.Single(chart.References));
    }

    private static SystemReport System(string name)
    {
        var objective = ServiceObjective.Parse("ttft=0.2,tpot=0.1");
        var gauge = new Gauge();
        gauge.Set(10, 0.25);
        gauge.AdvanceTo(1234.5);
        return new SystemReport
        {
            Name = name,
            Metrics = Outcomes.Metrics(
                [Outcomes.With(150, 60), Outcomes.With(300, 100)],
                [.. _scales.Select(objective.Scaled)]
            ),
            Rates = [new RatePoint(0.5, 1, 20.25), new RatePoint(1.5, 0.75, 2000), new RatePoint(2.5, 0, double.NaN)],
            KvUse = gauge,
            QueueLength = gauge,
        };
    }

    private static string Page(string text)
    {
        SystemReport[] systems = [System(text), System("other")];
        var writer = new StringWriter();
        new HtmlReport
        {
            Title = text,
            CommandLine = "tern simulate " + text,
            Inputs = [(text, text)],
            Table = new ResultTable(systems),
            Charts = ReportCharts.All(systems, target: 0.9, _scales),
        }.Write(writer);
        return writer.ToString();
    }
}
