// Owns the roofline of a tensor-parallel transformer on a share of each device's compute units.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Arithmetic scales with the share of the compute units. Memory bandwidth does not until the share is small: a part of the units is
/// enough to keep the memory busy, which is why decodes can be given few (MuxServe, ICML 2024, §2 and figure 3). Below that part,
/// bandwidth falls in proportion. Kernel launches are a floor: small decode steps of a host-driven engine wait for the host.
/// </summary>
public sealed record ColocatedRoofline : ISharedLatencyModel
{
    /// <summary>Devices the model is split over.</summary>
    public required int Devices { get; init; }

    /// <summary>Floating point operations one device does in a second, at its peak.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Bytes one device's memory delivers in a second, at its peak.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Bytes one device exchanges with the others in a second.</summary>
    public required double LinkBytesPerSecond { get; init; }

    /// <summary>Share of the peak arithmetic that matrix products reach.</summary>
    public double ArithmeticEfficiency { get; init; } = 0.6;

    /// <summary>Share of the peak bandwidth that decode kernels reach.</summary>
    public double BandwidthEfficiency { get; init; } = 0.6;

    /// <summary>Share of the compute units that is enough to draw the whole bandwidth.</summary>
    public double BandwidthSaturation { get; init; } = 0.45;

    /// <summary>Ms in which the host launches the kernels of one layer.</summary>
    public double LaunchMsPerLayer { get; init; } = 0.39;

    /// <summary>Weights of the model.</summary>
    public required double Parameters { get; init; }

    /// <summary>Bytes of a weight, and of an element of keys and values.</summary>
    public double BytesPerElement { get; init; } = 2;

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Elements of a hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Elements of the keys (or values) of a token in one layer.</summary>
    public required int KvWidth { get; init; }

    /// <summary>Bytes of keys and values a token has over all layers and devices.</summary>
    public double KvBytesPerToken => 2.0 * Layers * KvWidth * BytesPerElement;

    /// <summary>Bytes of all weights.</summary>
    public double WeightBytes => Parameters * BytesPerElement;

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => Demand(step, 1).AloneMs;

    /// <inheritdoc/>
    /// <remarks>A contended step is taken to have half of the bandwidth; <see cref="Demand"/> tells more.</remarks>
    public double StepMs(in StepShape step, DeviceShare share) =>
        Demand(step, share.Compute).DurationMs(1, share.Contended ? 2 : 1);

    /// <summary>What a step asks of each device on a share of its compute units.</summary>
    public StepDemand Demand(in StepShape step, double compute)
    {
        // A multiply and an add a weight and row; twice that (scores, values) a pair of query and key.
        var flops = 2 * Parameters * step.Rows + 4.0 * Layers * HiddenSize * step.AttentionPairs;
        var bytes = WeightBytes + KvBytesPerToken * (step.ContextTokens + step.Rows);
        var bandwidth = Math.Min(1, compute / BandwidthSaturation);
        // Two all-reduces a layer; a ring sends 2 (n - 1) / n of the hidden states.
        var exchanged =
            Devices == 1 ? 0 : 4.0 * (Devices - 1) / Devices * Layers * HiddenSize * BytesPerElement * step.Rows;
        return new StepDemand(
            1000 * flops / (Devices * FlopsPerSecond * ArithmeticEfficiency * compute),
            1000 * bytes / (Devices * BytesPerSecond * BandwidthEfficiency * bandwidth),
            bandwidth,
            1000 * exchanged / LinkBytesPerSecond,
            LaunchMsPerLayer * Layers
        );
    }
}
