// Owns the preemption policy "move the blocks of whoever is served last to host memory when blocks run out".
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Preemption;

/// <summary>
/// Reactive swapping (vLLM, SOSP 2023, §4.5; the strawman of FastServe, §4.2): blocks move when a step needs them, and the step waits.
/// </summary>
public sealed class Swap : IPreemptionPolicy
{
    /// <inheritdoc/>
    public bool Swaps => true;

    /// <inheritdoc/>
    public Sequence? ChooseVictim(ReadOnlySpan<Sequence> running, Sequence needy, IOrderingPolicy ordering) =>
        Recompute.LastServed(running, needy, ordering);
}
