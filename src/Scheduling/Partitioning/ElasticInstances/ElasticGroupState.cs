// Owns what the four steps see of a decode group.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>A group at an iteration's boundary.</summary>
public sealed record ElasticGroupState
{
    /// <summary>Its instances.</summary>
    public required int[] Instances { get; init; }

    /// <summary>Its sequences.</summary>
    public required int Sequences { get; init; }

    /// <summary>Tokens its sequences have generated.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Its sequences' tokens on each instance of the pool, <c>[instances]</c>.</summary>
    public required int[] Held { get; init; }
}
