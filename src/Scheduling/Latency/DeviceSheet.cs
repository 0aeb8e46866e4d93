// Owns what a device can do at most, from public data sheets.
namespace Tern.Scheduling.Latency;

/// <summary>Peaks of one device. <see cref="Roofline"/> says what part of them a step reaches.</summary>
public sealed record DeviceSheet
{
    /// <summary>Name in <see cref="DeviceCatalog"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Floating point operations a second of dense FP16/BF16 matrix products with FP32 accumulation.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Bytes of memory that the driver gives a process, which is below the round figure of the name.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes its memory delivers in a second.</summary>
    public required double MemoryBytesPerSecond { get; init; }

    /// <summary>Bytes a second one device sends to its peers in a node (NVLink or PCIe; between sockets of a CPU). One direction.</summary>
    public required double InterconnectBytesPerSecond { get; init; }

    /// <summary>Bytes a second between the device and host memory. One direction.</summary>
    public required double HostBytesPerSecond { get; init; }

    /// <summary>Compute units that can be divided among steps: SMs, cores.</summary>
    public required int ComputeUnits { get; init; }

    /// <summary>Where the figures are published.</summary>
    public required string Source { get; init; }
}
