// Owns the devices whose data sheets are known.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Devices by name. Peak figures are of the named NVIDIA data sheet, without sparsity; links count one direction, which is half of what the
/// sheet calls their bandwidth. Memory is what PyTorch shows as a device's total capacity in public error reports, in GiB; it varies by some
/// 0.2 GiB with driver and ECC.
/// </summary>
public static class DeviceCatalog
{
    private const double PcieGen4 = 32e9;
    private const double PcieGen5 = 64e9;

    /// <summary>All devices.</summary>
    public static IReadOnlyList<DeviceSheet> All { get; } =
    [
        Gpu(
            "a100-40g",
            312e12,
            39.5,
            1555e9,
            300e9,
            PcieGen4,
            108,
            "NVIDIA A100 data sheet (SXM4 40 GB, NVLink 600 GB/s)"
        ),
        Gpu(
            "a100-80g",
            312e12,
            79.15,
            2039e9,
            300e9,
            PcieGen4,
            108,
            "NVIDIA A100 data sheet (SXM4 80 GB, NVLink 600 GB/s)"
        ),
        Gpu(
            "a800-80g",
            312e12,
            79.33,
            2039e9,
            200e9,
            PcieGen4,
            108,
            "NVIDIA A800 data sheet (SXM4 80 GB, NVLink 400 GB/s)"
        ),
        Gpu("h100", 989e12, 79.1, 3350e9, 450e9, PcieGen5, 132, "NVIDIA H100 data sheet (SXM5 80 GB, NVLink 900 GB/s)"),
        Gpu(
            "h200",
            989e12,
            139.8,
            4800e9,
            450e9,
            PcieGen5,
            132,
            "NVIDIA H200 data sheet (SXM5 141 GB, NVLink 900 GB/s)"
        ),
        Gpu("l40s", 362.05e12, 44.4, 864e9, PcieGen4, PcieGen4, 142, "NVIDIA L40S data sheet (PCIe, no NVLink)"),
        Gpu(
            "rtx4090",
            165.2e12,
            23.65,
            1008e9,
            PcieGen4,
            PcieGen4,
            128,
            "NVIDIA Ada GPU architecture paper (FP16 with FP32 accumulation)"
        ),
        // Two FMA units of 16 lanes a core at 2 GHz, eight channels of DDR5-4800, three UPI links of 16 GT/s and 24 lanes: a server socket of 2023.
        Cpu(32 * 2 * 16 * 2 * 2e9, 8 * 4800e6 * 8, 256L << 30, cores: 32, interconnectBytesPerSecond: 3 * 48e9),
    ];

    /// <summary>The device with this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static DeviceSheet Get(string name)
    {
        foreach (var device in All)
        {
            if (device.Name == name)
                return device;
        }
        throw new ArgumentException(
            $"unknown device '{name}'; known are {string.Join(", ", All.Select(d => d.Name))}",
            nameof(name)
        );
    }

    /// <summary>A CPU socket with these peaks. Its host memory is its memory.</summary>
    /// <param name="flopsPerSecond">Floating point operations a second: cores × units × lanes × 2 × clock.</param>
    /// <param name="memoryBytesPerSecond">Channels × transfers a second × 8 bytes.</param>
    /// <param name="memoryBytes">Bytes for weights and KV.</param>
    /// <param name="cores">Physical cores.</param>
    /// <param name="interconnectBytesPerSecond">Bytes a second to the other socket, one direction.</param>
    /// <exception cref="ArgumentOutOfRangeException">A figure is not positive.</exception>
    public static DeviceSheet Cpu(
        double flopsPerSecond,
        double memoryBytesPerSecond,
        long memoryBytes,
        int cores,
        double interconnectBytesPerSecond
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(flopsPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryBytesPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cores);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interconnectBytesPerSecond);
        return new DeviceSheet
        {
            Name = "cpu",
            FlopsPerSecond = flopsPerSecond,
            MemoryBytes = memoryBytes,
            MemoryBytesPerSecond = memoryBytesPerSecond,
            InterconnectBytesPerSecond = interconnectBytesPerSecond,
            HostBytesPerSecond = memoryBytesPerSecond,
            ComputeUnits = cores,
            Source = "product of the unit counts given; no measurement",
        };
    }

    private static DeviceSheet Gpu(
        string name,
        double flops,
        double memoryGib,
        double memoryBytesPerSecond,
        double interconnect,
        double host,
        int units,
        string source
    ) =>
        new()
        {
            Name = name,
            FlopsPerSecond = flops,
            MemoryBytes = (long)(memoryGib * (1L << 30)),
            MemoryBytesPerSecond = memoryBytesPerSecond,
            InterconnectBytesPerSecond = interconnect,
            HostBytesPerSecond = host,
            ComputeUnits = units,
            Source = source,
        };
}
