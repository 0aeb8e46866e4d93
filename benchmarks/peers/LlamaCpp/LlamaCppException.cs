// Owns what is thrown when llama.cpp cannot be had or refuses.
namespace Tern.Peers.LlamaCpp;

/// <summary>llama.cpp is not there, is not the release this program knows, or refused.</summary>
/// <param name="message">What was wrong and what would be right.</param>
internal sealed class LlamaCppException(string message) : Exception(message);
