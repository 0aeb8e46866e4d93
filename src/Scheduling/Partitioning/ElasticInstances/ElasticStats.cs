// Owns the snapshot of an elastic scheduler's counters.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Gauges of now and counters since the start.</summary>
public readonly record struct ElasticStats
{
    /// <summary>Requests waiting.</summary>
    public int Waiting { get; init; }

    /// <summary>Iterations in flight.</summary>
    public int InFlight { get; init; }

    /// <summary>Token slots taken.</summary>
    public long UsedSlots { get; init; }

    /// <summary>Most token slots ever taken.</summary>
    public long PeakSlots { get; init; }

    /// <summary>Times a decode group got further instances.</summary>
    public long ScaleUps { get; init; }

    /// <summary>Times a prefill's tokens stayed on fewer instances than computed them.</summary>
    public long ScaleDowns { get; init; }

    /// <summary>Decode iterations with more than one master.</summary>
    public long MultiMasterIterations { get; init; }

    /// <summary>Tokens moved to pack decode groups (or from a prefill to a decode instance).</summary>
    public long MigratedTokens { get; init; }

    /// <summary>Sequences whose keys and values were dropped, to be computed again.</summary>
    public long Pauses { get; init; }

    /// <summary>Iterations completed.</summary>
    public long Iterations { get; init; }
}
