// Owns the part of a device that a step runs on.
namespace Tern.Scheduling.Latency;

/// <summary>A share of one worker's compute units while something else may run on the others.</summary>
/// <param name="Compute">Share of the compute units (SMs, cores), above 0 and at most 1.</param>
/// <param name="Contended">Whether another step runs on the device at the same time and takes memory bandwidth.</param>
public readonly record struct DeviceShare(double Compute, bool Contended)
{
    /// <summary>The whole device for itself.</summary>
    public static DeviceShare Whole => new(1, false);
}
