// Owns the snapshot of a scheduler's counters.
namespace Tern.Scheduling;

/// <summary>Gauges of now and counters since the start.</summary>
public readonly record struct SchedulerStats
{
    /// <summary>Sequences running.</summary>
    public int Running { get; init; }

    /// <summary>Sequences waiting.</summary>
    public int Waiting { get; init; }

    /// <summary>Tokens of the sequences waiting.</summary>
    public long WaitingTokens { get; init; }

    /// <summary>Sequences preempted to host memory.</summary>
    public int Swapped { get; init; }

    /// <summary>Sequences that wait for another worker to pull them.</summary>
    public int Parked { get; init; }

    /// <summary>Blocks held by sequences; cached blocks that nobody holds do not count.</summary>
    public int HeldBlocks { get; init; }

    /// <summary>Blocks that nobody holds but whose content is kept for reuse.</summary>
    public int CachedBlocks { get; init; }

    /// <summary>Blocks in all.</summary>
    public int TotalBlocks { get; init; }

    /// <summary>Blocks of host memory held.</summary>
    public int HeldHostBlocks { get; init; }

    /// <summary>Steps in flight.</summary>
    public int InFlight { get; init; }

    /// <summary>Prompt tokens of requests that were admitted, each once; what was looked up in the prefix cache.</summary>
    public long PrefixQueries { get; init; }

    /// <summary>Those of <see cref="PrefixQueries"/> found in the prefix cache.</summary>
    public long PrefixHits { get; init; }

    /// <summary>Sequences preempted.</summary>
    public long Preemptions { get; init; }

    /// <summary>Sequences moved to host memory.</summary>
    public long SwapsOut { get; init; }

    /// <summary>Steps completed.</summary>
    public long Steps { get; init; }
}
