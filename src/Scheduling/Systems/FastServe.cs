// Owns the compositions that are FastServe: as in the paper and as released.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Preemption;

namespace Tern.Scheduling.Systems;

/// <summary>FastServe: preemption at every step by skip-join MLFQ, keys and values swapped proactively.</summary>
public static class FastServe
{
    private const string Publication =
        "Wu et al.: Iteration-Level Preemptive Scheduling for Large Language Model Inference (FastServe), NSDI 2026";

    /// <summary>As the paper describes it.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "fastserve",
            Source = Publication,
            Ordering = new SkipJoinMlfq(),
            Batching = new HighestPriority(),
            Preemption = new ProactiveSwap(),
        };

    /// <summary>As its artifact was released: other constants, demotion to the front, no estimated next scheduled time.</summary>
    public static ServingSystem Released { get; } =
        new()
        {
            Name = "fastserve-released",
            Source = Publication + ", the released scheduler",
            Ordering = new SkipJoinMlfq(SkipJoinMlfq.Options.AsReleased),
            Batching = new HighestPriority(),
            Preemption = new ProactiveSwap(new ProactiveSwap.Options { ByPriority = true }),
        };
}
