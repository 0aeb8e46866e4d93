// Owns the error that may be gone at the next attempt.
namespace Tern.Cli.Hub;

/// <summary>A broken connection, an overloaded server: worth another attempt.</summary>
/// <param name="message">What happened.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
/// <param name="inner">The cause, if another exception told it.</param>
internal sealed class HubUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : HubException(message, inner)
{
    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
