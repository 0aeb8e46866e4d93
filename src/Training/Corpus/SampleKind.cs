// Owns the names of what the corpus is made of.
namespace Tern.Training.Corpus;

/// <summary>What a sample of the corpus teaches. Reports and the mix are by kind.</summary>
public enum SampleKind
{
    /// <summary>One question about the town, one answer.</summary>
    ClosedWorld,

    /// <summary>Several turns: greetings, pronouns, follow-up questions, thanks.</summary>
    Conversation,

    /// <summary>Addition mostly, some subtraction, products of one digit.</summary>
    Arithmetic,

    /// <summary>Sorting, reversing and counting short lists.</summary>
    Lists,

    /// <summary>The same answers in a form that the question asks for.</summary>
    Format,

    /// <summary>Answers in JSON.</summary>
    Json,

    /// <summary>Tools in the system's message; a call, an answer to its result, or neither.</summary>
    Tools,

    /// <summary>Questions outside the world: the answer is that it is not known.</summary>
    Unknown,

    /// <summary>Plain text: a small story.</summary>
    Story,

    /// <summary>A story told, or continued, on request.</summary>
    StoryRequest,
}
