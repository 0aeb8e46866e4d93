// Owns one point of a line.
namespace Tern.Simulation.Reports.Charts;

/// <summary>A point, in the units of the axes.</summary>
/// <param name="X">Horizontal; finite.</param>
/// <param name="Y">Vertical; finite, or <see cref="double.NaN"/> where there is no value.</param>
public readonly record struct ChartPoint(double X, double Y);
