// Owns one line of a chart.
namespace Tern.Simulation.Reports.Charts;

/// <summary>A line.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points in drawing order; the line has a gap where y is <see cref="double.NaN"/>.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);
