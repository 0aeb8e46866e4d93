// Owns the error of a computation that left the numbers.
namespace Tern.Training.Autograd;

/// <summary>An operation gave infinity or not-a-number.</summary>
/// <param name="message">Which one.</param>
public sealed class NonFiniteValueException(string message) : Exception(message);
