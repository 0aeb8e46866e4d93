// Owns one measured step of a calibration.
namespace Tern.Engine.Calibration;

/// <summary>A step and its time.</summary>
/// <param name="Step">What was in it.</param>
/// <param name="Ms">Duration in ms.</param>
public readonly record struct CalibrationPoint(CalibrationStep Step, double Ms);
