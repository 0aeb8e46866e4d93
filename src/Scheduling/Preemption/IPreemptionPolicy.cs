// Owns the axis "what happens when blocks run out".
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Preemption;

/// <summary>Chooses who gives up blocks, and what becomes of the keys and values.</summary>
public interface IPreemptionPolicy
{
    /// <summary>
    /// Whether a victim's keys and values go to host memory. Where that has no room they are given up and computed again, as without
    /// swapping (vLLM, SOSP 2023, §4.5, leaves this case open).
    /// </summary>
    bool Swaps { get; }

    /// <summary>The victim for <paramref name="needy"/>: served after it and in no batch; null if there is none.</summary>
    /// <param name="running">Running sequences, first served first.</param>
    /// <param name="needy">Who lacks blocks.</param>
    /// <param name="ordering">The order.</param>
    Sequence? ChooseVictim(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering);

    /// <summary>Moves sequences between device and host ahead of time, after the step is filled.</summary>
    void Prepare(BatchBuilder builder) { }
}
