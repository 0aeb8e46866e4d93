// Owns who speaks in a conversation.
namespace Tern.Training.Corpus;

/// <summary>The author of a message.</summary>
public enum ChatRole
{
    /// <summary>The one who sets the rules.</summary>
    System,

    /// <summary>The one who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>A function that the model called.</summary>
    Tool,
}
