// Owns one interval of a gauge.
namespace Tern.Simulation.Reports;

/// <summary>What a gauge showed over one interval.</summary>
/// <param name="StartMs">When the interval began, in ms.</param>
/// <param name="Mean">Mean over its time.</param>
/// <param name="Max">Greatest value.</param>
public readonly record struct GaugeSample(double StartMs, double Mean, double Max);
