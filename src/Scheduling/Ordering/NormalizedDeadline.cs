// Owns the ordering policy "whose first token is due first, where the limit grows with the prompt".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// Earliest due first token, due <c>arrival + ms per prompt token × prompt</c>. Bullet sorts its queue by least estimated latency unless that
/// breaks a TTFT limit (ASPLOS 2026, Alg. 1); this order has both properties without sorting again: of prompts that came together
/// the shorter goes first, and one whose limit nears goes before younger ones. Nobody starves: a due time is fixed at arrival.
/// </summary>
/// <param name="msPerToken">Limit of TTFT in ms for each token of the prompt (<c>--ttft-norm-slo</c>, 5 by default).</param>
public sealed class NormalizedDeadline(double msPerToken = 5) : IOrderingPolicy
{
    private readonly Fcfs _arrival = new();

    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second)
    {
        var byDue = DueMs(first).CompareTo(DueMs(second));
        return byDue != 0 ? byDue : _arrival.Compare(first, second);
    }

    private double DueMs(Sequence sequence) =>
        sequence.Timeline.ArrivalMs + msPerToken * sequence.Timeline.PromptTokens;
}
