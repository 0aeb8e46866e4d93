// Owns the composition of policies that makes a serving system.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Preemption;

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

    /// <summary>What happens when blocks run out.</summary>
    public Recompute Preemption { get; init; } = new();
}
