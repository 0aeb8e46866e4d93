// Owns one measured comparison with everything that is needed to judge it: a line of the file of results.
using System.Text.Json.Serialization;

namespace Tern.Peers;

/// <summary>One kind of work on one model.</summary>
internal sealed record Outcome
{
    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>Threads of each program.</summary>
    public required int Threads { get; init; }

    /// <summary><see cref="ComparedModel.Shape"/>.</summary>
    public required string Shape { get; init; }

    /// <summary><see cref="ComparedModel.Type"/>.</summary>
    public required string Type { get; init; }

    /// <summary><see cref="Workload.Title"/>.</summary>
    public required string Test { get; init; }

    /// <summary>The speeds.</summary>
    public required PairedSpeeds Speeds { get; init; }

    /// <summary>Bytes of weights, keys and values that a token of the one stream reads; null for other work.</summary>
    public double? BytesPerToken { get; init; }

    /// <summary>Float operations of a token of the prompt; null for other work.</summary>
    public double? FlopsPerToken { get; init; }

    /// <summary>The better of what was measured before and after.</summary>
    public required MachineLimits Limits { get; init; }

    /// <summary>Load average before and after.</summary>
    public required double[] Load { get; init; }

    /// <summary>Both programs and what computed in them.</summary>
    public required string Programs { get; init; }

    /// <summary>Version and commit of Tern.</summary>
    public required string Build { get; init; }

    /// <summary>When it was done.</summary>
    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Whether llama.cpp ran too.</summary>
    [JsonIgnore]
    public bool HasPeer => Speeds.Peer.Length > 0;

    /// <summary>The share of the read bandwidth that a speed uses; null where reading is not the limit.</summary>
    public double? ShareOfReads(double tokensPerSecond) =>
        BytesPerToken * tokensPerSecond / Limits.Reads.BytesPerSecond;

    /// <summary>The share of the rate of fused multiply-adds.</summary>
    public double? ShareOfFloats(double tokensPerSecond) => FlopsPerToken * tokensPerSecond / Limits.Floats;

    /// <summary>The share of the matrix unit's bfloat16 rate; null where there is none, too.</summary>
    public double? ShareOfTiles(double tokensPerSecond) => FlopsPerToken * tokensPerSecond / Limits.Tiles.BFloat16;
}
