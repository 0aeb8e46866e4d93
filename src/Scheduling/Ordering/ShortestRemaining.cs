// Owns the ordering policy "who has the least left to generate".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// Shortest remaining processing time with an oracle for the answer's length (FastServe's SRPT baseline, NSDI 2026, §6): the promised
/// <see cref="Request.MaxNewTokens"/> is taken for the length. A bound to compare with; real answers end before.
/// </summary>
public sealed class ShortestRemaining : IOrderingPolicy
{
    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second) => ByPlace.Compare(first, second);

    /// <inheritdoc/>
    public OrderingPlace Arrive(Sequence sequence, SchedulingContext context) => new(Rest(sequence), 0, 0);

    /// <inheritdoc/>
    public OrderingPlace Serve(Sequence sequence, double stepMs, SchedulingContext context) =>
        new(Rest(sequence), 0, 0);

    private static int Rest(Sequence sequence) => sequence.Request.MaxNewTokens - sequence.GeneratedCount;
}
