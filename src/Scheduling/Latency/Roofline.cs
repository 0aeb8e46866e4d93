// Owns the latency model computed from a device sheet and a model's shape.
namespace Tern.Scheduling.Latency;

/// <summary>
/// A step takes as long as its arithmetic or its memory traffic, whichever is longer (Williams, Waterman, Patterson: Roofline, CACM 2009),
/// plus a fixed overhead.
/// </summary>
public sealed record Roofline : ILatencyModel
{
    /// <summary>Floating point operations the device does in a second.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Bytes its memory delivers in a second.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Ms of any step beside arithmetic and traffic.</summary>
    public double OverheadMs { get; init; }

    /// <summary>Weights a token passes through (of a mixture of experts: the active ones).</summary>
    public required double ActiveParameters { get; init; }

    /// <summary>Bytes of weights a step reads.</summary>
    public required double WeightBytes { get; init; }

    /// <summary>Bytes of keys and values a token has over all layers.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Layers × query heads × head dimension.</summary>
    public required double AttentionWidth { get; init; }

    /// <inheritdoc/>
    public double StepMs(in StepShape step)
    {
        // A multiply and an add a weight and row; twice that (scores, values) a pair of query and key.
        var flops = 2 * ActiveParameters * step.Rows + 4 * AttentionWidth * step.AttentionPairs;
        var bytes = WeightBytes + KvBytesPerToken * (step.ContextTokens + step.Rows);
        return OverheadMs + 1000 * Math.Max(flops / FlopsPerSecond, bytes / BytesPerSecond);
    }
}
