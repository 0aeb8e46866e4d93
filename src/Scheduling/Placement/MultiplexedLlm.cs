// Owns the description of one LLM among several that share a cluster.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>What a multiplexing placement has to know of an LLM: its load, its memory and how long its steps take.</summary>
public sealed record MultiplexedLlm
{
    /// <summary>Unique among the LLMs placed together.</summary>
    public required string Name { get; init; }

    /// <summary>Requests that arrive for it in a second.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>Mean tokens of a prompt.</summary>
    public required double PromptTokens { get; init; }

    /// <summary>Mean tokens of an answer.</summary>
    public required double OutputTokens { get; init; }

    /// <summary>Bytes of weights over all GPUs of a mesh.</summary>
    public required double WeightBytes { get; init; }

    /// <summary>Bytes of keys and values a token has over all layers and GPUs.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Elements of a head of keys or values: LLMs share a mesh only if theirs are equal.</summary>
    public int HeadDimension { get; init; }

    /// <summary>Compute one request costs relative to the other LLMs; only ratios matter. Parameters are a good measure.</summary>
    public required double ComputeWeight { get; init; }

    /// <summary>Fewest GPUs it is to be split over.</summary>
    public int MinGpus { get; init; } = 1;

    /// <summary>Share of the compute units its prefills ask for.</summary>
    public double PrefillShare { get; init; } = 1;

    /// <summary>Ms of scheduling a decode step costs for each sequence in it.</summary>
    public double OverheadMsPerSequence { get; init; }

    /// <summary>How long its steps take on a number of GPUs (tensor parallel); null where it does not run on so many.</summary>
    public required Func<int, ISharedLatencyModel?> LatencyOn { get; init; }

    /// <summary>Requests times their compute: what the placement orders LLMs by.</summary>
    public double Load => RatePerSecond * ComputeWeight;
}
