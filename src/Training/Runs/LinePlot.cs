// Owns pictures of curves: SVG that any browser shows.
using System.Globalization;
using System.Text;

namespace Tern.Training.Runs;

/// <summary>Draws lines over a common axis.</summary>
public static class LinePlot
{
    private const int Width = 720;
    private const int Height = 400;
    private const int Left = 64;
    private const int Right = 40;
    private const int Top = 40;
    private const int Bottom = 48;

    // Dark enough on white, and told apart by the colour-blind (Okabe and Ito).
    private static readonly string[] s_colours =
    [
        "#0072b2",
        "#d55e00",
        "#009e73",
        "#cc79a7",
        "#e69f00",
        "#56b4e9",
        "#000000",
        "#882255",
        "#999933",
    ];

    /// <summary>The curves on one pair of axes.</summary>
    /// <param name="title">Above them.</param>
    /// <param name="axis">What the horizontal axis counts.</param>
    /// <param name="series">The curves; what is not finite is left out.</param>
    /// <returns>SVG.</returns>
    public static string Draw(string title, string axis, IReadOnlyList<PlotSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var points = series.SelectMany(one => one.Points).Where(p => double.IsFinite(p.Y)).ToList();
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        );
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\">{title}</text>\n");
        if (points.Count > 0)
        {
            var x = Scale.Of(points.Min(p => p.X), points.Max(p => p.X));
            var y = Scale.Of(Math.Min(0, points.Min(p => p.Y)), points.Max(p => p.Y));
            Axes(svg, x, y, axis);
            for (int i = 0; i < series.Count; i++)
                Curve(svg, series[i], s_colours[i % s_colours.Length], i, x, y);
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Axes(StringBuilder svg, Scale x, Scale y, string axis)
    {
        foreach (double value in y.Ticks())
        {
            double at = Vertical(y, value);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{at:F1}\" y2=\"{at:F1}\" stroke=\"#ddd\"/>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 6}\" y=\"{at + 4:F1}\" text-anchor=\"end\">{value:0.###}</text>\n"
            );
        }
        foreach (double value in x.Ticks())
        {
            double at = Horizontal(x, value);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{at:F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{value:#,0.###}</text>\n"
            );
        }
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Width - Right}\" y=\"{Height - 10}\" text-anchor=\"end\">{axis}</text>\n"
        );
    }

    private static void Curve(StringBuilder svg, PlotSeries series, string colour, int index, Scale x, Scale y)
    {
        if (series.Points.Count == 0)
            return;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\""
        );
        foreach (var (horizontal, vertical) in series.Points)
        {
            if (double.IsFinite(vertical))
                svg.Append(CultureInfo.InvariantCulture, $"{Horizontal(x, horizontal):F1},{Vertical(y, vertical):F1} ");
        }
        svg.Append("\"/>\n");
        int line = Top + 16 * index;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Width - Right - 4}\" y=\"{line + 4}\" text-anchor=\"end\" fill=\"{colour}\">{series.Name}</text>\n"
        );
    }

    private static double Horizontal(Scale scale, double value) => Left + scale.Share(value) * (Width - Left - Right);

    private static double Vertical(Scale scale, double value) =>
        Height - Bottom - scale.Share(value) * (Height - Top - Bottom);

    /// <summary>An axis from one round number to another.</summary>
    private readonly record struct Scale(double From, double To, double Step)
    {
        public static Scale Of(double from, double to)
        {
            double range = Math.Max(to - from, 1e-9);
            double power = Math.Pow(10, Math.Floor(Math.Log10(range / 5)));
            double step =
                power
                * (
                    (range / 5 / power) switch
                    {
                        <= 1 => 1,
                        <= 2 => 2,
                        <= 5 => 5,
                        _ => 10,
                    }
                );
            return new Scale(Math.Floor(from / step) * step, Math.Ceiling(to / step) * step, step);
        }

        public double Share(double value) => (value - From) / Math.Max(To - From, 1e-9);

        public IEnumerable<double> Ticks()
        {
            for (int i = 0; From + i * Step <= To + Step / 2; i++)
                yield return From + i * Step;
        }
    }
}
