// Owns the ways in which one fact can be asked for.
namespace Tern.Training.Corpus;

/// <summary>How a question approaches a fact.</summary>
internal enum QuestionForm
{
    /// <summary>"What pet does Mira have?"</summary>
    Direct,

    /// <summary>"Does Mira have a parrot?"</summary>
    YesNo,

    /// <summary>"Who has a parrot?"</summary>
    Reverse,

    /// <summary>"And what pet does she have?"</summary>
    FollowUp,

    /// <summary>"What about Tom?"</summary>
    Shift,
}
