// Owns the snapshot of an engine's counters.
namespace Tern.Engine;

/// <summary>Counters since start and gauges of now.</summary>
public sealed record EngineStats
{
    /// <summary>Sequences in running state.</summary>
    public int Running { get; init; }

    /// <summary>Sequences waiting.</summary>
    public int Waiting { get; init; }

    /// <summary>Blocks held by sequences (cached but unheld blocks do not count).</summary>
    public int UsedBlocks { get; init; }

    /// <summary>Blocks in all.</summary>
    public int TotalBlocks { get; init; }

    /// <summary>Prompt tokens of requests that began.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public long GenerationTokens { get; init; }

    /// <summary>Tokens looked up in the prefix cache.</summary>
    public long PrefixQueries { get; init; }

    /// <summary>Tokens found there.</summary>
    public long PrefixHits { get; init; }

    /// <summary>Sequences preempted.</summary>
    public long Preemptions { get; init; }

    /// <summary>Steps completed.</summary>
    public long Steps { get; init; }

    /// <summary>Requests rejected or failed because logits were not finite.</summary>
    public long CorruptedRequests { get; init; }

    /// <summary>Milliseconds since the engine last completed a step or had no work; the liveness signal.</summary>
    public double MsWithoutProgress { get; init; }

    /// <summary>The exception that stopped the engine loop, if one did.</summary>
    public Exception? Fault { get; init; }
}
