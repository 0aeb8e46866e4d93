// Owns a call of a function in a sample.
namespace Tern.Training.Corpus;

/// <summary>A function call of the assistant.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">A JSON object as text, a space after each comma and colon.</param>
public sealed record CorpusCall(string Name, string Arguments);
