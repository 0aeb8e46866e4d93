// Owns one step that a machine has run, and the time it took.
namespace Tern.Scheduling.Latency;

/// <summary>A measured step, for <see cref="Calibrated.Fit"/>.</summary>
/// <param name="Step">What it was made of.</param>
/// <param name="Ms">Duration in ms.</param>
public readonly record struct MeasuredStep(StepShape Step, double Ms);
