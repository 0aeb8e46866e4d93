// Owns what a share of the compute units does to a step: Bullet's SM-scaling roofline.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>
/// Bullet's performance estimator (ASPLOS 2026, § SM-scaling roofline): on <c>N_p</c> of <c>N</c> units compute is
/// <c>C_p = C·N_p/N</c> and bandwidth <c>D_p = D·min(1, N_p/N_d)</c>; a kernel takes <c>flops / min(flops/bytes·D_p, C_p)</c>, a step
/// the sum of its kernels. While something else runs on the other units, memory is shared max-min fairly: a prefill, which asks for
/// little, gets what it asks for up to half, a decode the rest.
/// </summary>
public sealed record SmScaling : ISharedLatencyModel
{
    /// <summary>Compute units of the device (SMs: A100 108, H100 132).</summary>
    public required int Units { get; init; }

    /// <summary>Floating point operations all units do in a second of matrix products.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Floating point operations all units do in a second of attention.</summary>
    public required double AttentionFlopsPerSecond { get; init; }

    /// <summary>Bytes the memory delivers in a second.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>N_d: units from which on more do not get more bandwidth (30 SMs in the paper's example on an A100).</summary>
    public int SaturationUnits { get; init; } = 30;

    /// <summary>The kernels of a step.</summary>
    public required TransformerKernels Kernels { get; init; }

    /// <summary>
    /// Whether units idle while the last tiles of a kernel finish (the paper's wave quantization: 19.4 % of a layer at 1K tokens, 0.5 % at
    /// 16K). Not part of the published estimator, which leaves it to calibration.
    /// </summary>
    public bool WaveQuantization { get; init; }

    /// <summary>Ms of any step beside its layers: building and starting a batch.</summary>
    public double StepOverheadMs { get; init; }

    /// <summary>Ms of a layer beside its kernels: the gaps between them.</summary>
    public double LayerOverheadMs { get; init; }

    /// <summary>Tokens of the prefill next to which a decode is contended (<c>--bullet-max-prefill-tokens</c>).</summary>
    public int ContendingPrefillTokens { get; init; } = 1664;

    /// <summary>The published estimator before calibration: the device's peaks, nothing else.</summary>
    public static SmScaling Published(DeviceSheet device, ModelShape model) =>
        new()
        {
            Units = device.ComputeUnits,
            FlopsPerSecond = device.FlopsPerSecond,
            AttentionFlopsPerSecond = device.FlopsPerSecond,
            BytesPerSecond = device.MemoryBytesPerSecond,
            Kernels = new TransformerKernels { Model = model },
        };

    /// <summary>A device in simulation: what kernels reach of the peaks, waves, and time outside of kernels.</summary>
    public static SmScaling Device(DeviceSheet device, ModelShape model, RooflineOptions options) =>
        Published(device, model) with
        {
            FlopsPerSecond = device.FlopsPerSecond * options.MatrixEfficiency,
            AttentionFlopsPerSecond = device.FlopsPerSecond * options.AttentionEfficiency,
            BytesPerSecond = device.MemoryBytesPerSecond * options.MemoryEfficiency,
            WaveQuantization = true,
            StepOverheadMs = options.StepOverheadMs,
            LayerOverheadMs = options.LayerOverheadMs,
        };

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => StepMs(step, DeviceShare.Whole);

    /// <inheritdoc/>
    public double StepMs(in StepShape step, DeviceShare share) =>
        StepOverheadMs + Kernels.Model.Layers * LayerMs(step, share) + HeadMs(step, share);

    /// <summary>Ms of one layer.</summary>
    public double LayerMs(in StepShape step, DeviceShare share)
    {
        Span<KernelWork> kernels = stackalloc KernelWork[TransformerKernels.PerLayer];
        Kernels.Layer(step, kernels);
        var bytesPerSecond = Bandwidth(step, share);
        var ms = LayerOverheadMs;
        foreach (var kernel in kernels)
            ms += KernelMs(kernel, share, bytesPerSecond);
        return ms;
    }

    /// <summary>Ms of the logits.</summary>
    public double HeadMs(in StepShape step, DeviceShare share) =>
        KernelMs(Kernels.Head(step), share, Bandwidth(step, share));

    /// <summary>Ms of one kernel.</summary>
    private double KernelMs(in KernelWork kernel, DeviceShare share, double bytesPerSecond)
    {
        var units = share.Compute * Units;
        var waste = 1.0;
        if (WaveQuantization && kernel.Tiles > 0)
            waste = Math.Ceiling(kernel.Tiles / units) * units / kernel.Tiles;
        var flopsPerSecond = share.Compute * (kernel.IsAttention ? AttentionFlopsPerSecond : FlopsPerSecond);
        return 1000 * Math.Max(kernel.Flops * waste / flopsPerSecond, kernel.Bytes / bytesPerSecond);
    }

    private double Bandwidth(in StepShape step, DeviceShare share)
    {
        var reached = BytesPerSecond * Math.Min(1, share.Compute * Units / SaturationUnits);
        if (!share.Contended)
            return reached;
        if (step.PrefillTokens > step.DecodeTokens)
            return Math.Min(reached, BytesPerSecond / 2);
        return Math.Min(reached, BytesPerSecond - PrefillTraffic(1 - share.Compute));
    }

    /// <summary>Bytes a second that the contending prefill asks for on its share of the units.</summary>
    private double PrefillTraffic(double compute)
    {
        if (compute <= 0)
            return 0;
        var step = StepShape.Prefill(ContendingPrefillTokens);
        Span<KernelWork> kernels = stackalloc KernelWork[TransformerKernels.PerLayer];
        Kernels.Layer(step, kernels);
        var share = new DeviceShare(compute, false);
        var bytesPerSecond = Bandwidth(step, share);
        var (bytes, ms) = (0.0, 0.0);
        foreach (var kernel in kernels)
        {
            bytes += kernel.Bytes;
            ms += KernelMs(kernel, share, bytesPerSecond);
        }
        return Math.Min(BytesPerSecond / 2, 1000 * bytes / ms);
    }
}
