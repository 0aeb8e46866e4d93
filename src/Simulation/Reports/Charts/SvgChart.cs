// Owns how a chart is drawn.
using System.Globalization;
using System.Net;
using System.Text;

namespace Tern.Simulation.Reports.Charts;

/// <summary>
/// Draws a chart as inline SVG without scripts, styled by <see cref="ReportStyle"/>. The legend stands above the plot; series differ by
/// color, dashes and marker, so that they can be told apart in gray and by the color-blind. Equal charts give equal bytes.
/// </summary>
public sealed class SvgChart
{
    private const double Width = 560;
    private const double PlotHeight = 250;
    private const double LegendRow = 20;

    /// <summary>Average width of a character at the size of labels, in px; a little more than fonts have, so that nothing collides.</summary>
    private const double CharacterWidth = 6.4;

    /// <summary>Lines with more points than this have no markers: they would hide the line.</summary>
    private const int MostMarkers = 40;

    private readonly Chart _chart;
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly int _legendColumns;
    private readonly double _left;
    private readonly double _top;
    private readonly StringBuilder _svg = new();

    private SvgChart(Chart chart)
    {
        _chart = chart;
        Check();
        var points = chart.Series.SelectMany(series => series.Points).Where(point => !double.IsNaN(point.Y)).ToList();
        _x = Axis.For(points.Select(p => p.X).Concat(References(vertical: true)), chart.LogX, intervals: 7);
        _y = Axis.For(points.Select(p => p.Y).Concat(References(vertical: false)), chart.LogY, intervals: 5);
        _left = 34 + CharacterWidth * _y.Labels.Max(label => label.Length);
        var entry = LegendEntryWidth;
        _legendColumns = Math.Clamp((int)((Width - _left - 12) / entry), 1, Math.Max(1, chart.Series.Count));
        var rows = (chart.Series.Count + _legendColumns - 1) / _legendColumns;
        _top = 12 + rows * LegendRow + (References(vertical: true).Any() ? 16 : 0);
    }

    private double Right => Width - 14;

    private double Bottom => _top + PlotHeight;

    private double LegendEntryWidth => 50 + CharacterWidth * _chart.Series.Max(series => series.Name.Length);

    /// <summary>The chart as an <c>svg</c> element.</summary>
    /// <exception cref="ArgumentException">A value cannot be drawn; the message names chart, series and value.</exception>
    public static string Draw(Chart chart) => new SvgChart(chart).Draw();

    private string Draw()
    {
        var height = Bottom + 46;
        Line($"<svg viewBox=\"0 0 {N(Width)} {N(height)}\" role=\"img\" aria-label=\"{Escape(_chart.Title)}\">");
        DrawAxes();
        for (var i = 0; i < _chart.Series.Count; i++)
            DrawSeries(i);
        // Above the lines: a label has a halo that keeps it readable.
        DrawReferences();
        DrawLegend();
        Line("</svg>");
        return _svg.ToString();
    }

    private void DrawAxes()
    {
        for (var i = 0; i < _y.Ticks.Length; i++)
        {
            var y = Y(_y.Ticks[i]);
            Line($"<path class=\"grid\" d=\"M{N(_left)} {N(y)}H{N(Right)}\"/>");
            Line($"<text class=\"tick end\" x=\"{N(_left - 7)}\" y=\"{N(y + 4)}\">{Escape(_y.Labels[i])}</text>");
        }
        // Labels that would touch are left out, the tick stays.
        var free = double.NegativeInfinity;
        for (var i = 0; i < _x.Ticks.Length; i++)
        {
            var x = X(_x.Ticks[i]);
            var half = CharacterWidth * _x.Labels[i].Length / 2;
            Line($"<path class=\"axis\" d=\"M{N(x)} {N(Bottom)}v5\"/>");
            if (x - half < free)
                continue;
            Line($"<text class=\"tick mid\" x=\"{N(x)}\" y=\"{N(Bottom + 18)}\">{Escape(_x.Labels[i])}</text>");
            free = x + half + CharacterWidth;
        }
        Line($"<path class=\"axis\" d=\"M{N(_left)} {N(_top)}V{N(Bottom)}H{N(Right)}\"/>");
        Line(
            $"<text class=\"label mid\" x=\"{N((_left + Right) / 2)}\" y=\"{N(Bottom + 38)}\">{Escape(_chart.XLabel)}</text>"
        );
        var middle = N((_top + Bottom) / 2);
        Line(
            $"<text class=\"label mid\" transform=\"translate(13 {middle}) rotate(-90)\">{Escape(_chart.YLabel)}</text>"
        );
    }

    private void DrawReferences()
    {
        foreach (var reference in _chart.References)
        {
            var label = Escape(reference.Label);
            if (reference.Vertical)
            {
                var x = X(reference.Value);
                // The label stays inside the drawing.
                var half = CharacterWidth * reference.Label.Length / 2;
                var at = Math.Clamp(x, half, Math.Max(half, Width - half));
                Line($"<path class=\"reference\" d=\"M{N(x)} {N(_top)}V{N(Bottom)}\"><title>{label}</title></path>");
                Line($"<text class=\"note mid\" x=\"{N(at)}\" y=\"{N(_top - 5)}\">{label}</text>");
            }
            else
            {
                var y = Y(reference.Value);
                Line($"<path class=\"reference\" d=\"M{N(_left)} {N(y)}H{N(Right)}\"><title>{label}</title></path>");
                Line($"<text class=\"note end\" x=\"{N(Right)}\" y=\"{N(y - 5)}\">{label}</text>");
            }
        }
    }

    private void DrawSeries(int index)
    {
        var series = _chart.Series[index];
        var path = new StringBuilder();
        var pen = 'M';
        foreach (var (x, y) in series.Points)
        {
            if (double.IsNaN(y))
            {
                pen = 'M';
                continue;
            }
            path.Append(pen).Append(N(X(x))).Append(' ').Append(N(Y(y)));
            pen = 'L';
        }
        var name = Escape(series.Name);
        Line($"<g class=\"{SeriesStyle.Of(index)}\">");
        if (path.Length > 0)
            Line($"<path class=\"line\" d=\"{path}\"><title>{name}</title></path>");
        if (series.Points.Count <= MostMarkers)
        {
            foreach (var (x, y) in series.Points.Where(point => !double.IsNaN(point.Y)))
            {
                var at =
                    $"{Escape(_chart.XLabel)} {NumberText.Short(x)}, {Escape(_chart.YLabel)} {NumberText.Short(y)}";
                Line(
                    $"<path class=\"marker\" transform=\"translate({N(X(x))} {N(Y(y))})\" d=\"{SeriesStyle.Marker(index)}\">"
                        + $"<title>{name}: {at}</title></path>"
                );
            }
        }
        Line("</g>");
    }

    private void DrawLegend()
    {
        for (var i = 0; i < _chart.Series.Count; i++)
        {
            var x = N(_left + i % _legendColumns * LegendEntryWidth);
            var y = N(12 + i / _legendColumns * LegendRow);
            var marker =
                _chart.Series[i].Points.Count <= MostMarkers
                    ? $"<path class=\"marker\" transform=\"translate(14 0)\" d=\"{SeriesStyle.Marker(i)}\"/>"
                    : "";
            Line(
                $"<g class=\"{SeriesStyle.Of(i)}\" transform=\"translate({x} {y})\"><path class=\"line\" d=\"M0 0H28\"/>{marker}"
                    + $"<text class=\"label\" x=\"35\" y=\"4\">{Escape(_chart.Series[i].Name)}</text></g>"
            );
        }
    }

    private void Check()
    {
        if (_chart.Series.Count == 0)
            throw new ArgumentException($"chart '{_chart.Title}' has no series; give at least one");
        foreach (var series in _chart.Series)
        foreach (var (x, y) in series.Points)
        {
            Require(
                double.IsFinite(x) && !double.IsInfinity(y),
                series.Name,
                x,
                y,
                "an x is finite, a y finite or NaN"
            );
            Require(!_chart.LogX || x > 0, series.Name, x, y, "on a logarithmic axis every x is positive");
            Require(!_chart.LogY || !(y <= 0), series.Name, x, y, "on a logarithmic axis every y is positive");
        }
        foreach (var reference in _chart.References)
        {
            var log = reference.Vertical ? _chart.LogX : _chart.LogY;
            if (!double.IsFinite(reference.Value) || log && reference.Value <= 0)
                throw new ArgumentException(
                    $"chart '{_chart.Title}', reference line '{reference.Label}' is at {reference.Value}, which its axis cannot show"
                );
        }
    }

    private void Require(bool holds, string series, double x, double y, string valid)
    {
        if (!holds)
            throw new ArgumentException($"chart '{_chart.Title}', series '{series}' has the point ({x}, {y}); {valid}");
    }

    private IEnumerable<double> References(bool vertical) =>
        from reference in _chart.References
        where reference.Vertical == vertical
        select reference.Value;

    private double X(double value) => _left + _x.Place(value) * (Right - _left);

    private double Y(double value) => Bottom - _y.Place(value) * PlotHeight;

    private void Line(string text) => _svg.Append(text).Append('\n');

    private static string N(double px) => px.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
