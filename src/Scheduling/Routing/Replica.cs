// Owns what a routing policy sees of one worker.
namespace Tern.Scheduling.Routing;

/// <summary>A worker as the router sees it.</summary>
public sealed class Replica
{
    /// <summary>Creates a replica with nothing to do.</summary>
    /// <param name="index">Its number among its set, from 0.</param>
    /// <param name="scheduler">Its scheduler, to be looked at only.</param>
    public Replica(int index, Scheduler scheduler) => (Index, Scheduler) = (index, scheduler);

    /// <summary>Its number among the replicas of its set.</summary>
    public int Index { get; }

    /// <summary>Its scheduler, to be looked at only.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Requests given to it and not finished or handed over.</summary>
    public int Outstanding { get; internal set; }

    /// <summary>Tokens of the prompts given to it that have no first token yet.</summary>
    public long PromptBacklog { get; internal set; }

    /// <summary>Place in the heap of its set.</summary>
    internal int HeapIndex { get; set; }
}
