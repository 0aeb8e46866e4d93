// Owns the error of a command line that parses but makes no sense.
namespace Tern.Cli;

/// <summary>An option's value, or a combination of options, that cannot be carried out.</summary>
/// <param name="message">What was wrong and what would be right.</param>
/// <param name="cause">What found it, if another did.</param>
internal sealed class CommandLineException(string message, Exception? cause = null) : Exception(message, cause);
