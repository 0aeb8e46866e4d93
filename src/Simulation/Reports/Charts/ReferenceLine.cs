// Owns a limit or target drawn across a chart.
namespace Tern.Simulation.Reports.Charts;

/// <summary>A thin line across the chart.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">Where it is, in the unit of the axis it crosses.</param>
/// <param name="Vertical">Whether it stands at an x, rather than lying at a y.</param>
public sealed record ReferenceLine(string Label, double Value, bool Vertical = false);
