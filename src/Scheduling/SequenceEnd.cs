// Owns the reasons why a sequence is over.
namespace Tern.Scheduling;

/// <summary>Why a sequence is over.</summary>
public enum SequenceEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The driver said so with its last token (end token, stop string).</summary>
    Stopped,

    /// <summary>It reached <see cref="Request.MaxNewTokens"/> or the longest length a sequence may have.</summary>
    Length,

    /// <summary>Its request was cancelled.</summary>
    Cancelled,

    /// <summary>Another worker goes on with it.</summary>
    Migrated,
}
