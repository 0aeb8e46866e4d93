// Owns a real machine with a real model as the simulator sees it: measured times in place of data sheets.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Deployments;

/// <summary>
/// One machine that serves one model, measured. It has no peers and no second memory, and prompts are looked up in its prefix cache whatever
/// the system, as in the engine.
/// </summary>
/// <param name="Name">What the machine is called.</param>
/// <param name="Source">Where and with what its step times were measured.</param>
/// <param name="Model">The model. Its heads, layers and KV bytes count; times are measured.</param>
/// <param name="KvTokens">Tokens whose keys and values its memory holds.</param>
/// <param name="LongestTokens">Longest sequence in tokens; longer requests are rejected.</param>
/// <param name="Latency">What its steps take.</param>
public sealed record CalibratedMachine(
    string Name,
    string Source,
    ModelShape Model,
    long KvTokens,
    int LongestTokens,
    Calibrated Latency
)
{
    /// <summary>The machine as a device: only its name is asked for. There is no peer whose link could be slow.</summary>
    internal DeviceSheet Device =>
        new()
        {
            Name = Name,
            FlopsPerSecond = 0,
            MemoryBytes = 0,
            MemoryBytesPerSecond = 0,
            InterconnectBytesPerSecond = double.PositiveInfinity,
            HostBytesPerSecond = double.PositiveInfinity,
            ComputeUnits = 0,
            Source = Source,
        };
}
