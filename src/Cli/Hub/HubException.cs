// Owns the error of a download that cannot go on.
namespace Tern.Cli.Hub;

/// <summary>The endpoint refused, answered nonsense, or what came is not what it announced.</summary>
internal class HubException : Exception
{
    /// <summary>An error.</summary>
    /// <param name="message">What was wrong, with address or file, and what would be right.</param>
    /// <param name="inner">The cause, if another exception told it.</param>
    public HubException(string message, Exception? inner = null)
        : base(message, inner) { }
}
