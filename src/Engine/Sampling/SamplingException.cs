// Owns the error of logits from which no token can be chosen.
namespace Tern.Engine.Sampling;

/// <summary>
/// A model's logits are not finite, or nothing is left to choose from. It fails the one request whose row it was; the
/// others of the batch go on.
/// </summary>
/// <param name="message">What was found and where.</param>
public sealed class SamplingException(string message) : Exception(message);
