// Owns the error of an engine that cannot start with the options given on this machine.
namespace Tern.Engine;

/// <summary>What was asked does not fit the model or the machine. The message has the numbers and what would fit.</summary>
/// <param name="option">The option of <see cref="EngineOptions"/> that decides.</param>
/// <param name="message">For people.</param>
public sealed class EngineStartException(string option, string message) : Exception(message)
{
    /// <summary>The option of <see cref="EngineOptions"/> that decides.</summary>
    public string Option => option;
}
