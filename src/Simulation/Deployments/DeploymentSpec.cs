// Owns what somebody wants to see simulated: a system, a model, devices, and how they are cut.
using Tern.Scheduling;
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Deployments;

/// <summary>A deployment in words. <see cref="SimulatedDeployment.Of"/> says whether it can be.</summary>
public sealed record DeploymentSpec
{
    /// <summary>Name in <see cref="DeploymentCatalog"/>.</summary>
    public required string System { get; init; }

    /// <summary>Name in <see cref="ModelCatalog"/>.</summary>
    public required string Model { get; init; }

    /// <summary>Name in <see cref="DeviceCatalog"/>.</summary>
    public required string Device { get; init; }

    /// <summary>Devices in all; a multiple of <see cref="Tensor"/> times <see cref="Pipeline"/>, the devices of an instance.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>Devices that split every matrix of an instance.</summary>
    public int Tensor { get; init; } = 1;

    /// <summary>Stages that split the layers of an instance.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>How a system with workers for each phase divides its instances.</summary>
    public PhaseSplit Split { get; init; } = new(1, 1);

    /// <summary>
    /// GiB of host memory of one instance for keys and values that are swapped out; null: as much as its devices have, for systems that swap.
    /// </summary>
    public double? HostMemoryGib { get; init; }

    /// <summary>
    /// Gbit/s (10⁹ bits) at which an instance loads stored prefixes from a slower tier, for systems that do (CAKE, ICML 2025, §5: 32).
    /// </summary>
    public double TierGbitPerSecond { get; init; } = 32;

    /// <summary>Where step times come from.</summary>
    public LatencySource Latency { get; init; }

    /// <summary>The fit, with <see cref="LatencySource.Measured"/>.</summary>
    public MeasuredTable? Measurements { get; init; }

    /// <summary>The machine, with <see cref="LatencySource.Calibrated"/>, in place of <see cref="Model"/> and <see cref="Device"/>.</summary>
    public CalibratedMachine? Machine { get; init; }

    /// <summary>Most tokens in a step.</summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>Most sequences that run at once in an instance.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Longest sequence in tokens: what systems that reserve memory for the longest reserve.</summary>
    public int MaxModelLength { get; init; } = int.MaxValue;

    /// <summary>What requests are promised, for systems that decide by it.</summary>
    public LatencyTargets Targets { get; init; } = LatencyTargets.None;
}
