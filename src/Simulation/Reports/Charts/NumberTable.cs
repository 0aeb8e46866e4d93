// Owns the numbers below a chart.
using System.Net;

namespace Tern.Simulation.Reports.Charts;

/// <summary>
/// A chart's points as a folded table. Where all series have the same x (or the same y, as distributions have) there is one row for each
/// and a column a series; else one row a point.
/// </summary>
internal static class NumberTable
{
    public static void Write(TextWriter writer, Chart chart)
    {
        writer.Write("<details><summary>Numbers</summary><div class=\"scroll\"><table>\n<thead><tr>");
        if (Share(chart, point => point.X))
            WriteRows(writer, chart, chart.XLabel, point => point.X, point => point.Y);
        else if (Share(chart, point => point.Y))
            WriteRows(writer, chart, chart.YLabel, point => point.Y, point => point.X);
        else
            WritePoints(writer, chart);
        writer.Write("</tbody>\n</table></div></details>\n");
    }

    private static bool Share(Chart chart, Func<ChartPoint, double> coordinate)
    {
        var first = chart.Series[0].Points.Select(coordinate).ToList();
        return chart.Series.All(series => series.Points.Select(coordinate).SequenceEqual(first));
    }

    private static void WriteRows(
        TextWriter writer,
        Chart chart,
        string label,
        Func<ChartPoint, double> key,
        Func<ChartPoint, double> value
    )
    {
        Header(writer, [label, .. chart.Series.Select(series => series.Name)]);
        for (var i = 0; i < chart.Series[0].Points.Count; i++)
        {
            var point = i;
            Row(
                writer,
                [
                    NumberText.Short(key(chart.Series[0].Points[i])),
                    .. chart.Series.Select(series => NumberText.Short(value(series.Points[point]))),
                ]
            );
        }
    }

    private static void WritePoints(TextWriter writer, Chart chart)
    {
        Header(writer, ["series", chart.XLabel, chart.YLabel]);
        foreach (var series in chart.Series)
        foreach (var (x, y) in series.Points)
            Row(writer, [series.Name, NumberText.Short(x), NumberText.Short(y)]);
    }

    private static void Header(TextWriter writer, IEnumerable<string> cells) =>
        writer.Write($"{Cells("th", cells)}</tr></thead>\n<tbody>\n");

    private static void Row(TextWriter writer, IEnumerable<string> cells) =>
        writer.Write($"<tr>{Cells("td", cells)}</tr>\n");

    private static string Cells(string tag, IEnumerable<string> cells) =>
        string.Concat(cells.Select(cell => $"<{tag}>{WebUtility.HtmlEncode(cell)}</{tag}>"));
}
