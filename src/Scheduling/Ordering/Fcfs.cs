// Owns the ordering policy "first come, first served".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// First come, first served (Orca, OSDI 2022, §3.1; vLLM, SOSP 2023, §4.5). A preempted sequence arrived before everybody who waits,
/// so it goes back to the front. Nobody starves: the earliest request is never preempted.
/// </summary>
public sealed class Fcfs : IOrderingPolicy
{
    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second)
    {
        var byArrival = first.Ordinal.CompareTo(second.Ordinal);
        return byArrival != 0 ? byArrival : first.Index.CompareTo(second.Index);
    }
}
