// Owns what is thrown when a server does not start or does not do the work it was asked for.
namespace Tern.Peers.Serving;

/// <summary>A server failed.</summary>
/// <param name="message">Which one, and what it said.</param>
internal sealed class ServingException(string message) : Exception(message);
