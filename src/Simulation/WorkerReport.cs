// Owns what a simulation tells about one worker.
using Tern.Scheduling;

namespace Tern.Simulation;

/// <summary>What one worker did.</summary>
public sealed record WorkerReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Ms in which its (first) stage computed. Where steps run side by side on parts of its devices, each ms counts as the parts that are
    /// in use, and never as more than all of them.
    /// </summary>
    public required double BusyMs { get; init; }

    /// <summary>Its part of the devices it computes on: below 1 where it shares them with other workers.</summary>
    public double DeviceShare { get; init; } = 1;

    /// <summary>Most blocks held at once.</summary>
    public required int MaxHeldBlocks { get; init; }

    /// <summary>Devices it stands for where use is averaged over workers.</summary>
    public double Devices { get; init; } = 1;

    /// <summary>Bytes moved between device and host.</summary>
    public required double SwappedBytes { get; init; }

    /// <summary>Bytes of keys and values received from other workers.</summary>
    public required double ReceivedBytes { get; init; }

    /// <summary>The scheduler's counters at the end.</summary>
    public required SchedulerStats Stats { get; init; }
}
