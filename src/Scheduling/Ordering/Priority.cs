// Owns the ordering policy "by the request's priority, then first come, first served".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// Smaller <see cref="Request.Priority"/> first, equal ones by arrival (vLLM's <c>--scheduling-policy priority</c>). Promises nothing to
/// low priorities while higher ones keep coming.
/// </summary>
public sealed class Priority : IOrderingPolicy
{
    private readonly Fcfs _arrival = new();

    /// <inheritdoc/>
    public int Compare(Sequence first, Sequence second)
    {
        var byPriority = first.Request.Priority.CompareTo(second.Request.Priority);
        return byPriority != 0 ? byPriority : _arrival.Compare(first, second);
    }
}
