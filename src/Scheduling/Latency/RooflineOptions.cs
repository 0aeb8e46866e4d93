// Owns what part of a device's peaks a step reaches.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Efficiencies and overheads of <see cref="Roofline"/>. None is fitted to a serving paper's figures: the defaults come from kernel papers and
/// are the same for every device, so expect 0.7 to 0.95 of what an engine of 2023 takes on one device and less with
/// tensor parallelism, as its overhead outside kernels is not here; <see cref="MeasuredTable"/> is the model for a device that can be measured.
/// </summary>
public sealed record RooflineOptions
{
    /// <summary>Share of peak arithmetic that matrix products reach: 0.72, an A100 over whole training steps (FlashAttention-2, 2307.08691, abstract).</summary>
    public double MatrixEfficiency { get; init; } = 0.72;

    /// <summary>Share of peak arithmetic that attention reaches: 0.5, the low end of 50–73 % forward on an A100 (FlashAttention-2, abstract), as serving's lengths are short.</summary>
    public double AttentionEfficiency { get; init; } = 0.5;

    /// <summary>Share of peak bandwidth that streaming weights and KV reaches: 0.8; copies reach 0.85 to 0.9, kernels with a tail less.</summary>
    public double MemoryEfficiency { get; init; } = 0.8;

    /// <summary>Share of the links' peak that collectives reach: 0.8, what rings over NVLink reach with large messages.</summary>
    public double LinkEfficiency { get; init; } = 0.8;

    /// <summary>Share of compute units with which memory bandwidth saturates: 30 of 108 SMs on an A100 (Bullet, 2504.19516).</summary>
    public double BandwidthSaturation { get; init; } = 30.0 / 108;

    /// <summary>Share of bandwidth left beside another step: 0.92, as prefills lose under 8 % beside decodes (Bullet, 2504.19516).</summary>
    public double ContendedBandwidth { get; init; } = 0.92;

    /// <summary>Ms between the kernels of a layer: 0.02, about ten gaps of 2 µs.</summary>
    public double LayerOverheadMs { get; init; } = 0.02;

    /// <summary>Ms to launch any step; 0.5 for building and starting a batch.</summary>
    public double StepOverheadMs { get; init; } = 0.5;

    /// <summary>Ms that an exchange between devices takes whatever its size; 0.01, a small all-reduce within a node.</summary>
    public double ExchangeLatencyMs { get; init; } = 0.01;

    /// <summary>Times that sampling reads a token's logits: scale, maximum, sum, choice. Sorting for top-p takes more.</summary>
    public int SamplingPasses { get; init; } = 4;

    /// <exception cref="ArgumentException">An efficiency is not above 0 and at most 1, or an overhead is negative.</exception>
    internal void Check()
    {
        Share(MatrixEfficiency, nameof(MatrixEfficiency));
        Share(AttentionEfficiency, nameof(AttentionEfficiency));
        Share(MemoryEfficiency, nameof(MemoryEfficiency));
        Share(LinkEfficiency, nameof(LinkEfficiency));
        Share(BandwidthSaturation, nameof(BandwidthSaturation));
        Share(ContendedBandwidth, nameof(ContendedBandwidth));
        NotNegative(LayerOverheadMs, nameof(LayerOverheadMs));
        NotNegative(StepOverheadMs, nameof(StepOverheadMs));
        NotNegative(ExchangeLatencyMs, nameof(ExchangeLatencyMs));
        NotNegative(SamplingPasses, nameof(SamplingPasses));
    }

    private static void Share(double value, string name)
    {
        if (!(value is > 0 and <= 1))
            throw new ArgumentException($"{name} is {value}; it must be above 0 and at most 1");
    }

    private static void NotNegative(double value, string name)
    {
        if (!double.IsFinite(value) || value < 0)
            throw new ArgumentException($"{name} is {value}; it must be finite and not negative");
    }
}
