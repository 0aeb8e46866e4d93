// Owns the causes for which the engine refuses a request.
namespace Tern.Engine;

/// <summary>Why a request was refused.</summary>
public enum RejectionReason
{
    /// <summary>A field's value is out of range.</summary>
    InvalidParameter,

    /// <summary>The prompt (and the tokens asked for) exceeds the context.</summary>
    ContextLengthExceeded,

    /// <summary>The queue is full; try again later.</summary>
    QueueFull,

    /// <summary>The engine is draining or has stopped.</summary>
    ShuttingDown,

    /// <summary>The model cannot do what is asked (an encoder cannot generate).</summary>
    NotSupported,
}
