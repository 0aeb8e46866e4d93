// Owns the reasons why a scheduler refuses a request.
namespace Tern.Scheduling;

/// <summary>Why a request is refused.</summary>
public enum RefusalReason
{
    /// <summary>A request with the same id is known.</summary>
    DuplicateId,

    /// <summary>The prompt has no token.</summary>
    EmptyPrompt,

    /// <summary>The prompt and one token of answer are more than a sequence can ever have.</summary>
    TooLong,

    /// <summary>A count (new tokens, answers) is below 1 or above what the options allow.</summary>
    InvalidCount,
}
