// Owns one line of a picture.
namespace Tern.Training.Runs;

/// <param name="Name">In the legend.</param>
/// <param name="Points">From left to right.</param>
internal sealed record PlotSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
