// Owns the answer "no placement serves this".
namespace Tern.Scheduling.Placement;

/// <summary>No placement of a search meets the objectives at any rate; the message says what was tried and why it failed.</summary>
public sealed class NoPlacementException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NoPlacementException(string message)
        : base(message) { }
}
