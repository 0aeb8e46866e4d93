// Owns the composition of policies that makes a serving system.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Eviction;
using Tern.Scheduling.Migration;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Restore;
using Tern.Scheduling.Routing;

namespace Tern.Scheduling;

/// <summary>A serving system is a choice on each axis.</summary>
public sealed record ServingSystem
{
    /// <summary>Name on the command line and in tables, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Where it was published.</summary>
    public required string Source { get; init; }

    /// <summary>Who goes first.</summary>
    public IOrderingPolicy Ordering { get; init; } = new Fcfs();

    /// <summary>What a step is made of.</summary>
    public required IBatchingPolicy Batching { get; init; }

    /// <summary>What a decode step is made of where decodes have a lane or workers of their own; null where they have not.</summary>
    public IBatchingPolicy? DecodeBatching { get; init; }

    /// <summary>What happens when blocks run out.</summary>
    public IPreemptionPolicy Preemption { get; init; } = new Recompute();

    /// <summary>How a prefix comes back from a slower tier; null where it is computed again.</summary>
    public IRestorePolicy? Restore { get; init; }

    /// <summary>Makes, for a number of blocks, the order in which cached ones are given up.</summary>
    public Func<int, IEvictionPolicy> Eviction { get; init; } = static blockCount => new Lru(blockCount);

    /// <summary>How KV memory is reserved.</summary>
    public KvReservation Reservation { get; init; }

    /// <summary>Whether the answers of all that run are handed out together, when the last is done.</summary>
    public bool AnswersTogether { get; init; }

    /// <summary>Which replica serves a request.</summary>
    public IRoutingPolicy Routing { get; init; } = new LeastOutstanding();

    /// <summary>When a decode worker takes over what a prefill worker has computed; null where one worker does both.</summary>
    public PullAfterPrefill? Migration { get; init; }

    /// <summary>How layers are spread over the stages of a pipeline as batches change; null where they stay.</summary>
    public IPartitioningPolicy? Partitioning { get; init; }

    /// <summary>How a device is divided between prefill and decode that run side by side; null where they take turns.</summary>
    public ISharingPolicy? Sharing { get; init; }
}
