// Owns the error of a request that can never be served.
namespace Tern.Scheduling;

/// <summary>A request is refused by <see cref="Scheduler.Add"/>; the scheduler is as before.</summary>
/// <param name="reason">Why, for programs.</param>
/// <param name="message">Why, for people: value and limit.</param>
public sealed class RequestRefusedException(RefusalReason reason, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public RefusalReason Reason { get; } = reason;
}
