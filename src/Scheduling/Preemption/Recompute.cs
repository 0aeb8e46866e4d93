// Owns the preemption policy "give up the blocks of whoever is served last, and compute them again later".
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Preemption;

/// <summary>
/// Preemption by recomputation (vLLM, SOSP 2023, §4.5): the victim is the running sequence that the ordering policy serves last. It gives
/// up all its blocks (which stay cached, evictable) and waits again with its generated tokens as part of its prompt.
/// </summary>
public sealed class Recompute
{
    /// <summary>The victim for <paramref name="needy"/>: the last in order that is served after it and is in no batch; null if there is none.</summary>
    /// <param name="running">Running sequences, first served first.</param>
    /// <param name="needy">Who lacks blocks.</param>
    /// <param name="ordering">The order.</param>
    public Sequence? ChooseVictim(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering)
    {
        for (var i = running.Length - 1; i >= 0 && ordering.Compare(running[i], needy) > 0; i--)
        {
            if (running[i].InFlight == 0)
                return running[i];
        }
        return null;
    }
}
