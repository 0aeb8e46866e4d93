// Owns the engine's refusal of a request.
namespace Tern.Engine;

/// <summary>A request that the engine will not run. The message says why and what would be accepted.</summary>
/// <param name="reason">Machine-readable cause.</param>
/// <param name="parameter">The request's field at fault, under its API name, or null.</param>
/// <param name="message">For people.</param>
public sealed class RequestRejectedException(RejectionReason reason, string? parameter, string message)
    : Exception(message)
{
    /// <summary>Machine-readable cause.</summary>
    public RejectionReason Reason => reason;

    /// <summary>The request's field at fault, under its API name, or null.</summary>
    public string? Parameter => parameter;
}
