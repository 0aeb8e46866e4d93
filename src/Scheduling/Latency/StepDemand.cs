// Owns what a step asks of a device, resource by resource, so that steps side by side can be told how much they slow each other.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Ms a step keeps each resource busy. Arithmetic and memory traffic overlap, the longer decides; launches hide behind both; exchanges
/// between devices and the host's own work come on top.
/// </summary>
/// <param name="ArithmeticMs">Of the compute units of its share.</param>
/// <param name="TrafficMs">Of the memory, at the bandwidth its share can draw.</param>
/// <param name="Bandwidth">Share of the device's bandwidth it draws while it is bound by memory, above 0 and at most 1.</param>
/// <param name="LinkMs">Of the links between devices.</param>
/// <param name="LaunchMs">Of the host that launches the kernels: nothing on the device makes it shorter or longer.</param>
/// <param name="HostMs">Of the host before the step.</param>
public readonly record struct StepDemand(
    double ArithmeticMs,
    double TrafficMs,
    double Bandwidth,
    double LinkMs,
    double LaunchMs,
    double HostMs
)
{
    /// <summary>Ms of the step with nothing beside it.</summary>
    public double AloneMs => DurationMs(1, 1);

    /// <summary>Share of the device's bandwidth the step uses on average when nothing is beside it.</summary>
    public double MeanBandwidth => TrafficMs * Bandwidth / AloneMs;

    /// <summary>Ms of the step when its compute units and its memory bandwidth are shared with others.</summary>
    /// <param name="computeSlowdown">How much longer arithmetic takes; at least 1.</param>
    /// <param name="bandwidthSlowdown">How much longer traffic takes; at least 1.</param>
    public double DurationMs(double computeSlowdown, double bandwidthSlowdown) =>
        HostMs + Math.Max(LaunchMs, LinkMs + Math.Max(ArithmeticMs * computeSlowdown, TrafficMs * bandwidthSlowdown));
}
