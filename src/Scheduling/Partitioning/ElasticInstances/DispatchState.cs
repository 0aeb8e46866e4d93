// Owns what the dispatch step looks at.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>The waiting and the running requests, and what finished ones have taught.</summary>
public sealed record DispatchState
{
    /// <summary>Waiting requests, who is first served first.</summary>
    public required IReadOnlyList<WaitingPrompt> Waiting { get; init; }

    /// <summary>Running sequences.</summary>
    public required IReadOnlyList<RunningDecode> Running { get; init; }

    /// <summary>Instances and decode groups.</summary>
    public required ElasticSnapshot Instances { get; init; }

    /// <summary>Tokens a finished request generated, on average.</summary>
    public required double MeanOutputTokens { get; init; }

    /// <summary>Ms from a finished request's first token to its last, on average.</summary>
    public required double MeanDecodeMs { get; init; }

    /// <summary>Admissions in a row, until now, that overtook somebody.</summary>
    public required int OutOfOrder { get; init; }
}
