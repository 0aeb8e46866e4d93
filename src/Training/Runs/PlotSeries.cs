// Owns one line of a picture.
namespace Tern.Training.Runs;

/// <summary>A line.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">From left to right.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
