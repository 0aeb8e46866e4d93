// Owns one message of a conversation.
namespace Tern.Training.Corpus;

/// <summary>A message.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">The text; empty when the message is a call.</param>
/// <param name="Call">The function that an assistant calls, if it does.</param>
public sealed record CorpusMessage(ChatRole Role, string Content, CorpusCall? Call = null);
