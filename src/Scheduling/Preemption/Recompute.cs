// Owns the preemption policy "give up the blocks of whoever is served last, and compute them again later".
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Preemption;

/// <summary>
/// Preemption by recomputation (vLLM, SOSP 2023, §4.5): the victim is the running sequence that the ordering policy serves last. It gives
/// up all its blocks (which stay cached, evictable) and waits again with its generated tokens as part of its prompt.
/// </summary>
public sealed class Recompute : IPreemptionPolicy
{
    /// <inheritdoc/>
    public bool Swaps => false;

    /// <inheritdoc/>
    public Sequence? ChooseVictim(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering) =>
        LastServed(running, needy, ordering);

    /// <summary>The last in order that is served after <paramref name="needy"/> and is in no batch; null if there is none.</summary>
    internal static Sequence? LastServed(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering)
    {
        for (var i = running.Length - 1; i >= 0 && ordering.Compare(running[i], needy) > 0; i--)
        {
            if (running[i].InFlight == 0)
                return running[i];
        }
        return null;
    }
}
