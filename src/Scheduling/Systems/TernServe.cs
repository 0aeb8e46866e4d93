// Owns the composition of Tern's own.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Routing;

namespace Tern.Scheduling.Systems;

/// <summary>
/// Serves as many requests as it can within what was promised: workers that do both phases, decodes paced by their promise and every
/// leftover given to prefill, the prefill that can still be in time and is shortest first, requests sent where their first token comes
/// earliest, prefixes counted, and rejected where it would be too late everywhere.
/// </summary>
public static class TernServe
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "tern",
            Source = "this project, docs/decisions/0005-tern-composition.md",
            Ordering = new ShortestInTime(),
            Batching = new DeadlineChunks(),
            Routing = new EarliestTtft(),
        };
}
