// Owns what calibration finds out: the times of steps, the rates of the machine, and the sizes a simulation needs beside them.
using Tern.Scheduling.Latency;

namespace Tern.Engine.Calibration;

/// <summary>Cost curves of one model on one machine.</summary>
public sealed record CostCurves
{
    /// <summary>For what they hold.</summary>
    public required CostKey Key { get; init; }

    /// <summary>Steps that were to be measured; more than <see cref="Points"/> when time ran out.</summary>
    public required int Planned { get; init; }

    /// <summary>Bytes a second that the machine reads from memory.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Floating point operations a second in products with the model's largest matrix.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Bytes of the weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Layers of the model.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Bytes of keys and values of a token, all layers.</summary>
    public required long KvBytesPerToken { get; init; }

    /// <summary>Tokens that the KV cache of an engine held when this was measured.</summary>
    public required long KvTokens { get; init; }

    /// <summary>Longest sequence of that engine in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The steps, in the order measured.</summary>
    public required IReadOnlyList<CalibrationPoint> Points { get; init; }

    /// <summary>What they say about any step.</summary>
    /// <exception cref="ArgumentException">They say nothing: there is no chunk, no decode, or a point is no measurement.</exception>
    public Calibrated Latency() =>
        Calibrated.Fit([.. Points.Select(point => new MeasuredStep(point.Step.Shape, point.Ms))]);
}
