// Owns the list of kinds of work.
namespace Tern.Peers;

/// <summary>What is done.</summary>
internal enum WorkKind
{
    /// <summary>A prompt up to the logits of its last token.</summary>
    Prompt,

    /// <summary>Steps that append a token to each stream.</summary>
    Decode,

    /// <summary>Requests over HTTP, each client sending its next one when the last is answered.</summary>
    Clients,
}
