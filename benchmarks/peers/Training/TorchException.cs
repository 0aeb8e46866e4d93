// Owns the error of a PyTorch that does not run.
namespace Tern.Peers.Training;

/// <param name="message">What is missing.</param>
internal sealed class TorchException(string message) : Exception(message);
