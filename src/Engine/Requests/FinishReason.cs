// Owns why an answer ended.
namespace Tern.Engine.Requests;

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>An end token or a stop string.</summary>
    Stop,

    /// <summary>The token limit or the end of the context.</summary>
    Length,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The engine could not go on; an exception tells why.</summary>
    Error,
}
