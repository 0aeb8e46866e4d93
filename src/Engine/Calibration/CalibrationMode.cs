// Owns the choices of when an engine measures step times.
namespace Tern.Engine.Calibration;

/// <summary>Whether an engine measures how long steps take before it serves.</summary>
public enum CalibrationMode
{
    /// <summary>Never, and no file is read: systems that decide by step times get an order of magnitude.</summary>
    Never,

    /// <summary>When the serving system decides by step times and none are kept for this model, machine and settings; they are kept then.</summary>
    WhenNeeded,

    /// <summary>At every start; what was kept is replaced.</summary>
    Always,
}
